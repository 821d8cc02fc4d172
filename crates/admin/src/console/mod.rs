//! The admin API.

mod analytics;
mod apis;
mod audit;
mod blocks;
mod bundles;
mod cache;
mod catalogue;
mod decisions;
mod designs;
pub(crate) mod document;
pub(crate) mod drafts;
mod drift;
mod forensics;
pub(crate) mod keys;
mod life;
mod limits;
mod oauth;
pub(crate) mod people;
mod policies;
mod resources;
mod reviews;
mod routing;
mod scorecards;
mod secrets;
pub(crate) mod session;
pub(crate) mod snapshot;
mod split;
mod standing;
mod system;
pub(crate) mod writings;

use crate::{
    auth::Audience,
    endpoint::{Table, delete, get, post, put},
    guard::Load,
    passkeys, second_factor,
    sso::{self, Console, Of},
};
use control::Area;
use policy::problems::{
    AUTHORIZATION_SERVER, CONFIRMATION_NEEDED, CONFLICT, NOT_FOUND, OVERLOADED, RATE_LIMITED, UNAUTHENTICATED,
};

/// Every endpoint of the admin API.
pub(crate) fn table() -> Table {
    Table::new(Audience::Console)
        .group(
            "session",
            [
                get("/session", session::current).member("getSession", "Who is signed in."),
                post("/session", session::begin)
                    .public(
                        "createSession",
                        "Signs in with e-mail address and password, the admin token, or the secret of a one-time link.",
                    )
                    .raises(&[UNAUTHENTICATED, RATE_LIMITED]),
                put("/session/password", people::change_own_password)
                    .member("changeOwnPassword", "Gives oneself another password; one's other sessions end.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                get("/session/second-factor", second_factor::read)
                    .member("getSecondFactor", "Whether one has a second factor.")
                    .raises(&[CONFLICT]),
                post("/session/second-factor/seed", second_factor::draw)
                    .member("drawSeed", "Draws a seed for an authenticator app (TOTP, RFC 6238); nothing keeps it yet.")
                    .raises(&[CONFLICT]),
                put("/session/second-factor", second_factor::turn_on)
                    .member("setSecondFactor", "Asks for a code from now on; the answer has recovery codes, shown this once.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                post("/session/second-factor/off", second_factor::turn_off)
                    .member("dropSecondFactor", "Asks for no code any more; all of one's sessions end.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                get("/session/confirmation", passkeys::confirmation)
                    .member("getConfirmation", "Whether one showed lately that it is still oneself, and how one can.")
                    .raises(&[CONFLICT]),
                post("/session/confirmation", passkeys::confirm)
                    .member("confirmSession", "Shows that it is still oneself: for ten minutes, what asks for it goes on.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                post("/session/passkeys/options", passkeys::options)
                    .member("drawPasskey", "By which a browser makes a passkey (WebAuthn); nothing keeps it yet.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                post("/session/passkeys", passkeys::add)
                    .member("addPasskey", "Adds a passkey that a browser made; with the first second factor come recovery codes, shown this once.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                put("/session/passkeys/{id}", passkeys::rename)
                    .member("renamePasskey", "Gives a passkey of one's account another name.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                delete("/session/passkeys/{id}", passkeys::remove)
                    .member("removePasskey", "Takes a passkey off one's account; one's other sessions end.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                post("/session/recovery-codes", passkeys::renew_recovery_codes)
                    .member("renewRecoveryCodes", "Other recovery codes in place of those there are; shown this once.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                post("/passkey-challenge", Of::<Console>::challenge)
                    .public("challengePasskey", "By which a browser signs in with a passkey (WebAuthn).")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                get("/sign-in", Of::<Console>::help).public("getSignInHelp", "How one signs in, and what helps."),
                post("/sso/{provider}", Of::<Console>::begin)
                    .public("beginSso", "Begins to sign in by an identity provider; the answer says where the browser goes.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                get("/sso/{provider}/callback", sso::console_callback)
                    .public("finishSso", "Where an identity provider sends the browser back to."),
                post("/sso/{provider}/callback", sso::saml::console_answer)
                    .public("answerSso", "Where an identity provider of SAML sends its answers, by the browser.")
                    .elsewhere(),
                get("/sso/{provider}/metadata", sso::saml::console_metadata)
                    .public("getSsoMetadata", "What an identity provider of SAML is to know of Pailou.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                get("/sso/{provider}/logout", sso::saml::console_signs_out)
                    .public("signOutBySso", "Where an identity provider of SAML has somebody signed out, by the browser; and where browsers come back to after signing out there.")
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                post("/sso/{provider}/logout", sso::saml::console_signs_out_by_form)
                    .public("signOutBySsoForm", "The same by a form.")
                    .elsewhere()
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                post("/sso/{provider}/backchannel-logout", sso::console_logout)
                    .public("backchannelLogout", "Where an identity provider says that somebody signed out there.")
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                get("/session/identities", Of::<Console>::identities)
                    .member("listOwnIdentities", "The identity providers that one's account is connected with.")
                    .raises(&[CONFLICT]),
                post("/session/identities/{provider}", Of::<Console>::connect)
                    .member("connectIdentity", "Begins to connect one's account with an identity provider.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                delete("/session/identities/{provider}", Of::<Console>::disconnect)
                    .member("disconnectIdentity", "Takes the connection of one's account with an identity provider away.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                post("/password/forgotten", second_factor::member_forgot)
                    .public("forgotPassword", "Sends a link for another password, where there is an account; the answer is the same.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                post("/password", people::set_password)
                    .public("setPassword", "Sets the password of an account by the secret of a link for it.")
                    .raises(&[UNAUTHENTICATED, RATE_LIMITED]),
                delete("/session", session::end).member("deleteSession", "Signs out."),
            ],
        )
        .group("resources", resources::endpoints())
        .group(
            "resources",
            [
                get("/apis/{id}/operations", apis::operations).reads(Area::Apis, "listApiOperations",
                    "The operations of an API, each with the policies that hold for it.",
                ),
                get("/apis/{id}/contract", apis::contract)
                    .reads(Area::Apis, "getApiContract", "The contract of an API, as it was given."),
                get("/apis/{id}/drift", drift::of_api)
                    .reads(Area::Apis, "getApiDrift", "What was seen of an API, held against its contract.")
                    .load(Load::Heavy),
                get("/apis/{id}/drift/proposal", drift::proposal)
                    .reads(Area::Apis, "proposeApiContract", "The contract of an API with what was seen, and what of it changes.")
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND]),
                get("/apis/{id}/draft", drift::draft_of_api)
                    .reads(Area::Apis, "draftApiContract", "A contract made of what was seen of an API beyond its own.")
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND]),
                get("/routes/{id}/draft", drift::draft_of_route)
                    .reads(Area::Routes, "draftRouteContract", "A contract made of what was seen of a route.")
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND]),
                get("/drift", drift::list)
                    .reads(Area::Apis, "listDrift", "Every API, and how far it and its contract differ.").of_part()
                    .load(Load::Heavy),
                get("/apis/{id}/split", split::conduct::<model::Api>)
                    .reads(Area::Splits, "getApiSplit", "How the branches of an API's split do, at all gateways."),
                get("/routes/{id}/split", split::conduct::<model::Route>).reads(Area::Splits, "getRouteSplit",
                    "How the branches of a route's split do, at all gateways.",
                ),
                get("/splits", split::list).reads(Area::Splits, "listSplits",
                    "Every split, and how its branches do at all gateways.",
                ).of_part(),
                post("/apis/{id}/split", split::change::<model::Api>)
                    .writes(Area::Splits, "changeApiSplit", "Promotes, aborts or weighs a branch of an API's split.")
                    .raises(&[CONFLICT]),
                post("/routes/{id}/split", split::change::<model::Route>)
                    .writes(Area::Splits, "changeRouteSplit", "Promotes, aborts or weighs a branch of a route's split.")
                    .raises(&[CONFLICT]),
                get("/consumers/{id}/keys", keys::of_consumer)
                    .reads(Area::Consumers, "listConsumerKeys", "The keys of a consumer, and when each was last used."),
                get("/apps/{id}/keys", keys::of_app)
                    .reads(Area::Apps, "listAppKeys", "The keys of an app, and when each was last used."),
                get("/consumers/{id}/passwords", keys::passwords_of_consumer)
                    .reads(Area::Consumers, "listConsumerPasswords", "The names that a consumer has a password for, and when each was last used."),
                get("/apps/{id}/passwords", keys::passwords_of_app)
                    .reads(Area::Apps, "listAppPasswords", "The names that an app has a password for, and when each was last used."),
                post("/consumers/{id}/keys", keys::issue_to_consumer)
                    .writes(Area::Keys, "issueConsumerKey", "Makes an API key for a consumer; shown this once."),
                delete("/consumers/{id}/keys/{key_hash}", keys::revoke_of_consumer)
                    .writes(Area::Keys, "revokeConsumerKey", "Takes an API key of a consumer back."),
                post("/apps/{id}/keys", keys::issue_to_app)
                    .writes(Area::Keys, "issueAppKey", "Makes an API key for an app; shown this once."),
                delete("/apps/{id}/keys/{key_hash}", keys::revoke_of_app)
                    .writes(Area::Keys, "revokeAppKey", "Takes an API key of an app back."),
                get("/apps/{id}/client", oauth::read)
                    .reads(Area::Apps, "getAppClient", "An app as an OAuth client, and when it last got a token."),
                put("/apps/{id}/client", oauth::put)
                    .writes(Area::Keys,
                        "putAppClient",
                        "Makes an app an OAuth client, or changes it as one; a secret is shown this once.",
                    )
                    .raises(&[AUTHORIZATION_SERVER, CONFLICT]),
                delete("/apps/{id}/client", oauth::remove)
                    .writes(Area::Keys, "deleteAppClient", "Takes the OAuth client of an app away, and its tokens with it."),
                post("/apps/{id}/client/secret", oauth::rotate)
                    .writes(Area::Keys, "rotateAppClientSecret", "Gives an OAuth client a fresh secret; shown this once.")
                    .raises(&[AUTHORIZATION_SERVER, CONFLICT]),
                post("/oauth/signing-key/rotate", oauth::rotate_signing_key)
                    .writes(Area::Secrets, "rotateSigningKey", "Has the next key sign the tokens of the authorization server.").confirmed()
                    .raises(&[CONFLICT]),
                get("/scorecards", scorecards::list)
                    .reads(Area::Standards, "listScorecards", "How APIs stand to the standards that are about them: what is asked, what is missing, what is waived.")
                    .load(Load::Heavy),
                get("/apis/{id}/life", life::read)
                    .reads(Area::Apis, "getApiLife", "Where an API is in its life, what it may become, and what is asked for that.")
                    .load(Load::Heavy),
                post("/apis/{id}/life", life::step)
                    .writes(Area::Apis, "moveApi", "Brings an API to another state of its life; with `review`, others are asked to look at it.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                get("/catalogue", catalogue::list)
                    .reads(Area::Apis, "listCatalogue", "Which APIs there are, who answers for each, who may use it and who does.").of_part()
                    .load(Load::Heavy),
                get("/catalogue/export", catalogue::export)
                    .reads(Area::Apis, "exportCatalogue", "The catalogue as a table, or as lines of JSON, for those who check who owns and who uses what.").of_part()
                    .load(Load::Heavy),
                get("/apis/{id}/environments", catalogue::environments)
                    .reads(Area::Apis, "listApiEnvironments", "An API in every workspace one may see: whether it is the same there, and how it came there."),
                post("/apis/{id}/promotion", catalogue::promote)
                    .reads(Area::Apis, "promoteApi", "Brings an API, as it is here, to another workspace; who does must be able to change it there.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                get("/apis/{id}/uses", life::uses)
                    .reads(Area::Analytics, "getApiUses", "Who used the operations of an API in the last thirty days, and parts of their messages where exchanges are looked into.")
                    .load(Load::Heavy),
                post("/apis/{id}/rollback", life::roll_back)
                    .writes(Area::Apis, "rollBackApi", "Puts an API in force as it was at a revision; where it is in its life stays.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/apis/{id}/emergency", life::emergency)
                    .writes(Area::Emergencies, "passBy", "Does what standards do not let pass, in an emergency; the reason is kept and listed.").confirmed()
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/apis/{id}/test-reports", life::record_test)
                    .writes(Area::Apis, "recordTest", "Records what came of holding the service behind an API against a contract."),
                get("/emergencies", life::emergencies)
                    .reads(Area::Emergencies, "listEmergencies", "Changes that passed by what standards ask, the newest first."),
                get("/reviews", reviews::list).reads(Area::Reviews, "listReviews", "Reviews, the newest first.").of_part(),
                post("/apis/{id}/reviews", reviews::open)
                    .writes(Area::Apis, "openReview", "Asks others to look at what an API is to become.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                get("/reviews/{number}", reviews::read)
                    .reads(Area::Reviews, "getReview", "A review: the proposal, what it changes and for whom, what is asked of it, and what was said.")
                    .load(Load::Heavy),
                get("/reviews/{number}/contract", reviews::contract)
                    .reads(Area::Reviews, "getReviewContract", "The contract of the proposal of a review, as one document."),
                put("/reviews/{number}", reviews::update)
                    .writes(Area::Apis, "updateReview", "Puts another proposal in the place of the one a review is about; approvals of that count no more.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/reviews/{number}/remarks", reviews::remark)
                    .writes(Area::Reviews, "addRemark", "Says something in a review, approves its proposal, or asks for changes.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/reviews/{number}/apply", reviews::apply)
                    .writes(Area::Apis, "applyReview", "Makes what a review proposes so.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/reviews/{number}/emergency", reviews::emergency)
                    .writes(Area::Emergencies, "passByReview", "Makes what a review proposes so in an emergency, whatever standards ask.").confirmed()
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/reviews/{number}/close", reviews::close)
                    .writes(Area::Apis, "closeReview", "Ends a review without making anything of it.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/blocks", blocks::create)
                    .writes(Area::Blocks, "createBlock", "Refuses calls on every gateway at once: of a consumer, an app or a key, from an address, or to an API or route.")
                    .raises(&[CONFLICT]),
                post("/unblock", blocks::lift)
                    .writes(Area::Blocks, "unblock", "Lets in again what was blocked.").confirmed()
                    .raises(&[NOT_FOUND]),
                get("/decisions", decisions::waiting)
                    .reads(Area::Apps, "listDecisions", "Subscriptions that wait for a decision: first what waits for longer than its plan says."),
                post("/decisions", decisions::decide)
                    .writes(Area::Apps, "decideSubscriptions", "Approves or rejects many subscriptions; each says what became of it."),
                get("/authorization-servers/{id}/registrations", oauth::registrations)
                    .reads(Area::Apps, "listRegistrations", "Clients that were registered with an authorization server, and those that are to be deleted there."),
                post("/authorization-servers/{id}/registrations/{number}/retry", oauth::retry_registration)
                    .writes(Area::Apps, "retryRegistration", "Tries at once to delete a client at its authorization server, or to tell it what the client may ask for."),
                get("/webhooks/{id}/deliveries", decisions::deliveries)
                    .reads(Area::Apps, "listWebhookDeliveries", "What a webhook was told lately, and whether it took it."),
                post("/subscriptions/{id}/decision", keys::decide)
                    .writes(Area::Apps, "decideSubscription", "Approves or rejects a subscription.")
                    .raises(&[CONFLICT]),
            ],
        )
        .group(
            "configuration",
            [
                post("/validate", bundles::validate)
                    .reads(Area::Configuration, "validate", "Checks a folder of resource files: every finding at once.").of_part()
                    .load(Load::Heavy),
                post("/plan", bundles::plan)
                    .reads(Area::Configuration, "plan", "What applying a folder of resource files would change.").of_part()
                    .load(Load::Heavy),
                post("/apply", bundles::apply)
                    .writes(Area::Configuration, "apply", "Makes a folder of resource files true, whole or not at all.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT, CONFIRMATION_NEEDED]),
                get("/export", bundles::export)
                    .reads(Area::Configuration, "export", "Everything as a folder of resource files, without secrets.").of_part(),
                post("/import", bundles::import)
                    .writes(
                        Area::Apis,
                        "importContract",
                        "Makes an API of a document, or brings one up to date: OpenAPI, GraphQL, AsyncAPI, protobuf, WSDL, Postman, HAR.",
                    )
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/import/openapi", bundles::import_openapi)
                    .writes(Area::Apis, "importOpenapi", "Makes an API of an OpenAPI or Swagger document.")
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/explain/route", routing::explain)
                    .reads(Area::Routes, "explainRoute", "Where a request would go, and why not elsewhere.")
                    .load(Load::Heavy),
                get("/policies", policies::list)
                    .reads(Area::Configuration, "listPolicies", "The policies of this build, with their schemas.").of_part(),
                get("/limits/explain", limits::explain)
                    .reads(Area::Analytics, "explainLimits", "Which limits a call would touch, and what is left of them.")
                    .raises(&[NOT_FOUND]),
            ],
        )
        .group(
            "designs",
            [
                get("/designs/{id}/contract", designs::contract).reads(Area::Apis, "getDesignContract",
                    "The text of a design as it was written, now or at one of its revisions.",
                ),
                post("/designs/{id}/publish", designs::publish)
                    .writes(Area::Apis, "publishDesign", "Makes a design the contract of the API it names.")
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND, CONFLICT]),
                get("/contract-templates", designs::templates)
                    .reads(Area::Apis, "listContractTemplates", "Contracts to begin with.").of_part(),
                post("/contracts/check", designs::check)
                    .reads(Area::Apis, "checkContract", "Checks a text by the rules that will hold for it; nothing is stored.").of_part()
                    .load(Load::Heavy)
                    .raises(&[CONFLICT]),
                post("/contracts/view", designs::view)
                    .reads(Area::Apis, "viewContract", "A text as the portal would show it, at a glance or one operation.").of_part()
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND, CONFLICT]),
                post("/contracts/try", designs::attempt)
                    .reads(Area::Apis, "tryContract", "Calls a mock of a text that is nowhere published.").of_part()
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND, CONFLICT]),
                post("/contracts/compare", designs::compare)
                    .reads(Area::Apis, "compareContracts", "What changes between two contracts for those who use the API.").of_part()
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND, CONFLICT]),
            ],
        )
        .group(
            "cache",
            [
                get("/cache", cache::usage).reads(Area::Cache, "getCache",
                    "How full the room for stored responses is, and what came of requests.",
                ),
                post("/cache/purge", cache::purge)
                    .writes(Area::Cache, "purgeCache", "Forgets stored responses: of a URL, with a tag, or all.")
                    .raises(&[NOT_FOUND]),
            ],
        )
        .group(
            "secrets",
            [
                get("/secrets", secrets::list)
                    .reads(Area::Secrets, "listSecrets", "The secrets of the built-in store, without their values."),
                get("/secret-references", secrets::references).reads(Area::Secrets, "listSecretReferences",
                    "Every secret that documents name, wherever it is kept, without its value.",
                ),
                put("/secrets/{name}", secrets::set)
                    .writes(Area::Secrets, "setSecret", "Gives a secret a value, in force at once on every gateway.")
                    .raises(&[CONFLICT]),
                post("/secrets/{name}/rotate", secrets::rotate)
                    .writes(Area::Secrets, "rotateSecret", "Gives a secret that is there a new value.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                delete("/secrets/{name}", secrets::delete)
                    .writes(Area::Secrets, "deleteSecret", "Deletes a secret that nothing names.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                post("/secret-key/rotate", secrets::rotate_data_key)
                    .writes(Area::Secrets, "rotateSecretKey", "Makes a new key and seals every secret by it.").confirmed()
                    .raises(&[CONFLICT]),
            ],
        )
        .group("people", people::endpoints())
        .group(
            "people",
            [post("/identity-providers/{id}/check", sso::check)
                .reads(Area::People, "checkIdentityProvider", "Asks an identity provider how it is, and says what is to be registered with it.")
                .raises(&[NOT_FOUND])],
        )
        .group(
            "audit",
            [
                post("/forensics", forensics::gather)
                    .reads(Area::Forensics, "gatherEvidence", "Everything that is known of a caller in the last days, as lines of JSON with a manifest at their end.")
                    .confirmed()
                    .load(Load::Heavy)
                    .raises(&[NOT_FOUND, OVERLOADED]),
                get("/audit", audit::list).reads(Area::Audit, "listAudit", "The audit log, the newest first."),
                get("/audit/export", audit::export)
                    .reads(Area::Audit, "exportAudit", "Records of the audit log as lines of JSON, or as messages of syslog (RFC 5424), the oldest first.").confirmed()
                    .load(Load::Heavy),
                post("/audit/verify", audit::verify)
                    .reads(Area::Audit, "verifyAudit", "Checks the whole chain of the audit log."),
            ],
        )
        .group(
            "analytics",
            [
                get("/analytics/traffic", analytics::traffic).reads(Area::Analytics, "getTraffic", "Traffic over time.").of_part(),
                get("/analytics/top", analytics::top).reads(Area::Analytics, "getTop", "What has the most requests.").of_part(),
                get("/analytics/usage", analytics::usage).reads(Area::Analytics, "getUsage", "Who used how much; exact.").of_part(),
                get("/analytics/status", analytics::status)
                    .reads(Area::Analytics, "getAnalyticsStatus", "How analytics itself is doing."),
                get("/calls", analytics::calls).reads(Area::Calls, "listCalls", "Logged calls, the newest first.").of_part(),
                get("/calls/{id}", analytics::call).reads(Area::Calls, "getCall", "One logged call.").of_part(),
            ],
        )
        .group(
            "system",
            [
                get("/system", system::system).reads(Area::System, "getSystem", "This process, its gateway and its store."),
                get("/gateway/upstreams", standing::list).reads(Area::Analytics, "listUpstreamStandings",
                    "How upstreams and their endpoints stand at this process's gateway, and what changed lately.",
                ),
                get("/snapshot/blocks", snapshot::blocks)
                    .gateway("getSnapshotBlocks", "What gateways refuse at once; asked several times a second."),
                get("/snapshot", snapshot::get)
                    .gateway("getSnapshot", "What a gateway of another process runs, with secrets."),
                post("/snapshot/key-uses", snapshot::note_key_uses)
                    .gateway("noteKeyUses", "Says when keys were used, as a gateway of another process has seen it."),
                post("/snapshot/sign-outs", snapshot::note_sign_outs)
                    .gateway("noteSignOuts", "Says which sessions identity providers ended by way of a gateway of another process."),
                post("/snapshot/calls", snapshot::hear_calls)
                    .gateway("hearCalls", "Tells what a gateway of another process counted of its calls.")
                    .load(Load::Heavy),
                get("/purges", cache::news)
                    .gateway("getPurges", "What gateways of other processes are to forget of stored responses."),
            ],
        )
}
