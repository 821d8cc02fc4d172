//! Fields a proxy itself reads or writes.

macro_rules! known {
    ($( $variant:ident = $name:literal, )+) => {
        /// A field a proxy itself reads or writes, found without comparing names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Known {
            $( $variant, )+
        }

        impl Known {
            /// In lower case.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Known::$variant => $name, )+
                }
            }

            /// The well-known field of this name, which is in lower case.
            pub fn of(name: &[u8]) -> Option<Known> {
                // Most names differ in length and first letter already.
                match (name.len(), name.first()?) {
                    $( (length, first) if length == $name.len() && *first == $name.as_bytes()[0]
                        && name == $name.as_bytes() => Some(Known::$variant), )+
                    _ => None,
                }
            }
        }

        #[cfg(test)]
        pub(crate) const ALL: &[Known] = &[ $( Known::$variant, )+ ];
    };
}

known! {
    Host = "host",
    ContentLength = "content-length",
    TransferEncoding = "transfer-encoding",
    Connection = "connection",
    KeepAlive = "keep-alive",
    ProxyConnection = "proxy-connection",
    ProxyAuthorization = "proxy-authorization",
    ProxyAuthenticate = "proxy-authenticate",
    Te = "te",
    Upgrade = "upgrade",
    Http2Settings = "http2-settings",
    Expect = "expect",
    Via = "via",
    Forwarded = "forwarded",
    XForwardedFor = "x-forwarded-for",
    XForwardedProto = "x-forwarded-proto",
    XForwardedHost = "x-forwarded-host",
    XForwardedPort = "x-forwarded-port",
    XRealIp = "x-real-ip",
    Traceparent = "traceparent",
    Tracestate = "tracestate",
    XRequestId = "x-request-id",
    Date = "date",
    XApiKey = "x-api-key",
    Apikey = "apikey",
    RateLimit = "ratelimit",
    RateLimitPolicy = "ratelimit-policy",
    Authorization = "authorization",
    ContentType = "content-type",
    Cookie = "cookie",
}

impl Known {
    /// Its place among bits, for sets of fields.
    pub const fn bit(self) -> u64 {
        1 << self as u8
    }
}
