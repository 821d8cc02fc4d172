//! Path templates.

/// The template as the router takes it.
pub(crate) fn route_path(path: &str) -> String {
    path.to_owned()
}
