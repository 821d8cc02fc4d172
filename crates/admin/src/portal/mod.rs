//! The portal's API.

mod account;
mod apis;
mod apps;
pub(crate) mod clients;
mod consents;
mod limits;
mod notices;
mod problems;
mod products;
pub(crate) mod programs;
mod reference;
pub(crate) mod sandbox;
pub(crate) mod try_it;
mod usage;

use policy::problems::{
    AUTHORIZATION_SERVER, CONFLICT, NO_UPSTREAM, NOT_FOUND, RATE_LIMITED, UNAUTHENTICATED, UPSTREAM_TIMEOUT,
    UPSTREAM_UNREACHABLE,
};

use crate::{
    auth::Audience,
    endpoint::{Table, delete, get, post, put},
    guard::Load,
    passkeys, second_factor,
    sso::{self, Of, Portal},
};

/// Every endpoint of the portal's API.
pub(crate) fn table() -> Table {
    Table::new(Audience::Portal)
        .group(
            "catalog",
            [
                get("/site", apis::site)
                    .public("getSite", "What this portal is called, and where its APIs answer."),
                get("/apis", apis::list).public("listApis", "The public APIs, by id."),
                get("/apis/{id}", apis::read)
                    .public("getApi", "An API: what it does, how to call it, how to get access."),
                get("/search", apis::search)
                    .public("search", "Operations of all public APIs that match every word."),
                get("/products", products::list).public("listProducts", "The public products, by name."),
                get("/products/{name}", products::read)
                    .public("getProduct", "A product with its plans and APIs."),
                get("/problems", problems::list)
                    .public("listProblems", "Every type of problem an API call can be answered with."),
                get("/problems/{code}", problems::read)
                    .public("getProblem", "One type of problem: what it means and what to do."),
            ],
        )
        .group(
            "reference",
            [
                get("/apis/{id}/outline", reference::outline)
                    .public("getApiOutline", "What an API's contract has, at a glance."),
                get("/apis/{id}/operations/{operation}", reference::operation)
                    .public("getApiOperation", "One operation, whole, with code that calls it."),
                get("/apis/{id}/schemas/{name}", reference::schema)
                    .public("getApiSchema", "One schema of an API's contract with those it uses."),
                get("/apis/{id}/contract", reference::contract)
                    .public("getApiContract", "The contract of an API, as it was given."),
                post("/try", try_it::call)
                    .public(
                        "tryOperation",
                        "Calls an API through its own gateway, so that no page needs CORS.",
                    )
                    .raises(&[RATE_LIMITED, UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, NO_UPSTREAM])
                    .load(Load::Outbound),
            ],
        )
        .group(
            "account",
            [
                post("/account", account::sign_up)
                    .public("createAccount", "Makes a developer's account and signs in.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                post("/account/confirm", account::confirm)
                    .public("confirmAccount", "Confirms the address of a sign-up by the link that was sent there, and signs in.")
                    .raises(&[UNAUTHENTICATED, RATE_LIMITED]),
                post("/password/forgotten", second_factor::developer_forgot)
                    .public("forgotPassword", "Sends a link for another password, where there is an account; the answer is the same.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                post("/password", crate::console::people::set_password)
                    .public("setPassword", "Sets the password of an account by the secret of a link for it.")
                    .raises(&[UNAUTHENTICATED, RATE_LIMITED]),
                get("/session/second-factor", second_factor::read)
                    .developer("getSecondFactor", "Whether one has a second factor."),
                post("/session/second-factor/seed", second_factor::draw)
                    .developer("drawSeed", "Draws a seed for an authenticator app (TOTP, RFC 6238); nothing keeps it yet."),
                put("/session/second-factor", second_factor::turn_on)
                    .developer("setSecondFactor", "Asks for a code from now on; the answer has recovery codes, shown this once.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                post("/session/second-factor/off", second_factor::turn_off)
                    .developer("dropSecondFactor", "Asks for no code any more; all of one's sessions end.")
                    .raises(&[RATE_LIMITED]),
                get("/session/confirmation", passkeys::confirmation)
                    .developer("getConfirmation", "Whether one showed lately that it is still oneself, and how one can.")
                    .raises(&[CONFLICT]),
                post("/session/confirmation", passkeys::confirm)
                    .developer("confirmSession", "Shows that it is still oneself: for ten minutes, what asks for it goes on.")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                post("/session/passkeys/options", passkeys::options)
                    .developer("drawPasskey", "By which a browser makes a passkey (WebAuthn); nothing keeps it yet.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                post("/session/passkeys", passkeys::add)
                    .developer("addPasskey", "Adds a passkey that a browser made; with the first second factor come recovery codes, shown this once.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                put("/session/passkeys/{id}", passkeys::rename)
                    .developer("renamePasskey", "Gives a passkey of one's account another name.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                delete("/session/passkeys/{id}", passkeys::remove)
                    .developer("removePasskey", "Takes a passkey off one's account; one's other sessions end.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                post("/session/recovery-codes", passkeys::renew_recovery_codes)
                    .developer("renewRecoveryCodes", "Other recovery codes in place of those there are; shown this once.")
                    .confirmed()
                    .raises(&[CONFLICT]),
                post("/passkey-challenge", Of::<Portal>::challenge)
                    .public("challengePasskey", "By which a browser signs in with a passkey (WebAuthn).")
                    .raises(&[CONFLICT, RATE_LIMITED]),
                get("/sign-in", Of::<Portal>::help).public("getSignInHelp", "How one signs in, and what helps."),
                post("/sso/{provider}", Of::<Portal>::begin)
                    .public("beginSso", "Begins to sign in by an identity provider; the answer says where the browser goes.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                get("/sso/{workspace}/{provider}/callback", sso::portal_callback)
                    .public("finishSso", "Where an identity provider sends the browser back to."),
                post("/sso/{workspace}/{provider}/callback", sso::saml::portal_answer)
                    .public("answerSso", "Where an identity provider of SAML sends its answers, by the browser.")
                    .elsewhere(),
                get("/sso/{workspace}/{provider}/metadata", sso::saml::portal_metadata)
                    .public("getSsoMetadata", "What an identity provider of SAML is to know of Pailou.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                get("/sso/{workspace}/{provider}/logout", sso::saml::portal_signs_out)
                    .public("signOutBySso", "Where an identity provider of SAML has somebody signed out, by the browser; and where browsers come back to after signing out there.")
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                post("/sso/{workspace}/{provider}/logout", sso::saml::portal_signs_out_by_form)
                    .public("signOutBySsoForm", "The same by a form.")
                    .elsewhere()
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                post("/sso/{workspace}/{provider}/backchannel-logout", sso::portal_logout)
                    .public("backchannelLogout", "Where an identity provider says that somebody signed out there.")
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                get("/session/identities", Of::<Portal>::identities)
                    .developer("listOwnIdentities", "The identity providers that one's account is connected with."),
                post("/session/identities/{provider}", Of::<Portal>::connect)
                    .developer("connectIdentity", "Begins to connect one's account with an identity provider.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                delete("/session/identities/{provider}", Of::<Portal>::disconnect)
                    .developer("disconnectIdentity", "Takes the connection of one's account with an identity provider away.")
                    .raises(&[NOT_FOUND, CONFLICT]),
                get("/session", account::current).developer("getSession", "Who is signed in."),
                post("/session", account::sign_in)
                    .public("createSession", "Signs in with e-mail address and password.")
                    .raises(&[UNAUTHENTICATED, RATE_LIMITED]),
                delete("/session", account::sign_out).developer("deleteSession", "Signs out."),
            ],
        )
        .group(
            "apps",
            [
                get("/apps", apps::list).developer("listApps", "One's own apps."),
                post("/apps", apps::create).developer("createApp", "Registers an app.").raises(&[CONFLICT]),
                get("/apps/{name}", apps::read)
                    .developer("getApp", "An app with its keys and subscriptions."),
                put("/apps/{name}", apps::update).developer("updateApp", "Changes what an app is called."),
                delete("/apps/{name}", apps::remove)
                    .developer("deleteApp", "Deletes an app with its keys and subscriptions."),
                post("/apps/{name}/keys", apps::issue_key)
                    .developer("issueAppKey", "Makes an API key for an app; shown this once."),
                delete("/apps/{name}/keys/{key_hash}", apps::revoke_key)
                    .developer("revokeAppKey", "Takes an API key back."),
                post("/apps/{name}/subscriptions", apps::subscribe)
                    .developer("createSubscription", "Subscribes an app to a product under a plan.")
                    .raises(&[CONFLICT]),
                put("/apps/{name}/subscriptions/{id}/plan", apps::change_plan)
                    .developer("changePlan", "Changes the plan of a subscription, or asks for it.")
                    .raises(&[CONFLICT]),
                get("/apps/{name}/subscriptions/{id}/plan", apps::preview_plan)
                    .developer("previewPlan", "What another plan would cost now, and what is given back of the present one.")
                    .raises(&[CONFLICT]),
                delete("/apps/{name}/subscriptions/{id}", apps::unsubscribe)
                    .developer("deleteSubscription", "Ends a subscription."),
                get("/apps/{name}/client", clients::read)
                    .developer("getAppClient", "An app as an OAuth client."),
                put("/apps/{name}/client", clients::put)
                    .developer(
                        "putAppClient",
                        "Makes an app an OAuth client, or changes it as one; a secret is shown this once.",
                    )
                    .raises(&[AUTHORIZATION_SERVER, CONFLICT]),
                delete("/apps/{name}/client", clients::remove).developer(
                    "deleteAppClient",
                    "Takes the OAuth client of an app away, and its tokens with it.",
                ),
                post("/apps/{name}/client/secret", clients::rotate)
                    .developer(
                        "rotateAppClientSecret",
                        "Gives an OAuth client a fresh secret; shown this once.",
                    )
                    .raises(&[AUTHORIZATION_SERVER, CONFLICT]),
                post("/registration-tokens", clients::registration_token)
                    .developer(
                        "createRegistrationToken",
                        "Makes a token with which clients register themselves (RFC 7591); shown this once.",
                    )
                    .raises(&[CONFLICT]),
                get("/apps/{name}/sandbox", sandbox::list).developer(
                    "listAppSandboxes",
                    "Where mocks of the public APIs answer for an app, before it may call the real ones.",
                ),
                post("/apps/{name}/sandbox/try", sandbox::attempt)
                    .developer("trySandbox", "Calls a mock of an API as an app.")
                    .raises(&[NOT_FOUND]),
                post("/apps/{name}/sandbox/reset", sandbox::reset)
                    .developer("resetSandbox", "Forgets what an app has created in its sandboxes."),
                get("/notices", notices::list)
                    .developer("listNotices", "What one is told of APIs that one's apps use: of their end, and of changes that break callers."),
                get("/apps/{name}/usage", usage::usage)
                    .developer("getAppUsage", "What an app called, over time and by operation."),
                get("/apps/{name}/calls", usage::calls)
                    .developer("listAppCalls", "The calls of an app, the newest first."),
            ],
        )
        .group(
            "consents",
            [
                post("/authorization", consents::ask)
                    .developer("askAuthorization", "What an app asks who is signed in to agree to.")
                    .raises(&[RATE_LIMITED]),
                post("/authorization/decision", consents::decide)
                    .developer("decideAuthorization", "Agrees to what an app asks, or does not.")
                    .raises(&[RATE_LIMITED]),
                post("/device", consents::ask_device)
                    .developer("askDevice", "What the device asks for that shows a code.")
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                post("/device/decision", consents::decide_device)
                    .developer("decideDevice", "Agrees to what a device asks, or does not.")
                    .raises(&[NOT_FOUND, RATE_LIMITED]),
                get("/consents", consents::list)
                    .developer("listConsents", "The apps that who is signed in agreed to."),
                delete("/consents/{client}", consents::revoke)
                    .developer("revokeConsent", "Takes back what was agreed to: the app's tokens end."),
            ],
        )
}
