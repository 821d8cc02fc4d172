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
    ip_restriction::IpRestriction,
    compression::Compression,
    error_page::ErrorPage,
    redirect::Redirect,
    cors::Cors,
    key_auth::KeyAuth,
    rate_limit::RateLimit,
    concurrency_limit::ConcurrencyLimit,
    decompression::Decompression,
    headers::Headers,
    rewrite::Rewrite,
    request_transform::RequestTransform,
    response_transform::ResponseTransform,
}

mod coding;
mod content;
mod fields;
mod per;
mod query;
mod seen;
mod statuses;
mod text;

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests;
