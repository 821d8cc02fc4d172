//! The policies that ship: a file each, a line each in [`CATALOG`].
//!
//! The schema, the check of the control plane, the form in the console, the reference and the tests of every policy follow from
//! its type; see [`policy::Policy`].

macro_rules! catalog {
    ($( $file:ident :: $type:ident, )*) => {
        $( mod $file; )*

        /// The policies of this build.
        pub static CATALOG: policy::Catalogue = policy::Catalogue(&[
            $( policy::PolicyEntry::of::<$file::$type>(), )*
        ]);
    };
}

catalog! {
    // First, so that its part of the response comes last: what is compressed is what the others made.
    compression::Compression,
    error_page::ErrorPage,
    security_headers::SecurityHeaders,
    ip_restriction::IpRestriction,
    csrf::Csrf,
    header_limits::HeaderLimits,
    referer_restriction::RefererRestriction,
    user_agent_restriction::UserAgentRestriction,
    lifecycle::Life,
    redirect::Redirect,
    cors::Cors,
    key_auth::KeyAuth,
    basic_auth::BasicAuth,
    ldap_auth::LdapAuth,
    hmac_auth::HmacAuth,
    webhook_signature::WebhookSignature,
    jwt_auth::JwtAuth,
    oidc::Oidc,
    saml_auth::SamlAuth,
    cas_auth::CasAuth,
    oauth2::Oauth2,
    oauth2_introspection::Oauth2Introspection,
    mtls_auth::MtlsAuth,
    forward_auth::ForwardAuth,
    authenticate::Authenticate,
    contract_security::ContractSecurity,
    acl::Acl,
    authorize::Authorize,
    rate_limit::RateLimit,
    concurrency_limit::ConcurrencyLimit,
    validate::Validate,
    observe::Observe,
    decompression::Decompression,
    request_size_limit::RequestSizeLimit,
    response_size_limit::ResponseSizeLimit,
    load_shedding::LoadShedding,
    timeouts::Timeouts,
    headers::Headers,
    grpc_web::GrpcWeb,
    fault_injection::FaultInjection,
    rewrite::Rewrite,
    request_transform::RequestTransform,
    // After all that changes what is sent: a signature is over that.
    upstream_auth::UpstreamAuth,
    response_transform::ResponseTransform,
    respond::Respond,
    mock::Mock,
    cache::Cache,
    mirror::Mirror,
}

mod authorization;
mod aws4;
mod claim;
mod coding;
mod content;
mod door;
mod fields;
mod gather;
mod key_memo;
mod key_source;
mod login;
mod once;
mod per;
mod query;
mod recent;
mod said;
mod sample;
mod seen;
mod statuses;
mod text;
mod turns;
mod words;

#[cfg(test)]
mod measure;

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests;
