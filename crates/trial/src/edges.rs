//! Cases on the edge of what a schema takes, and beyond: each differs from a plain request in one place.

use contract::{
    conform::{Kind as Form, Place, media_kind},
    request::Values,
};
use schema::Direction;

use crate::{
    case::{About, Kind},
    plan::Planner,
};

/// Edges of one parameter.
const OF_PARAMETER: usize = 30;
/// Edges of one body.
const OF_BODY: usize = 120;

/// The edges of each parameter.
pub(crate) fn of_parameters(planner: &mut Planner<'_>) {
    let asking = planner.asking;
    let schemas = asking.conformance().schemas();
    for at in 0..planner.parameters().len() {
        let parameter = &asking.terms().parameters()[at];
        let base = planner.values(None, |other, _| other == at);
        let (Some(id), Some(Some(value))) = (parameter.schema(), base.parameters.get(at)) else { continue };
        let seed = planner.seed(at as u64);
        // What an example does not have, its schema may.
        let made = asking.make(parameter, None).unwrap_or_else(|| value.clone());
        for edge in schemas.edges(id, &made, None, seed, OF_PARAMETER) {
            let mut values = base.clone();
            values.parameters[at] = Some(edge.value);
            let Some(request) = asking.write(&values) else { continue };
            let about = About {
                place: parameter.place(),
                name: Some(parameter.name().into()),
                pointer: edge.pointer,
            };
            let what = format!("{}: {} ({})", told(&about), edge.what, edge.keyword);
            let kind = if edge.valid { Kind::Boundary } else { Kind::Negative };
            planner.add(kind, what, Some(about), request);
        }
    }
}

/// The edges of each type of body.
pub(crate) fn of_bodies(planner: &mut Planner<'_>) {
    let asking = planner.asking;
    let schemas = asking.conformance().schemas();
    let base = planner.values(None, |_, _| false);
    for (at, media) in asking.terms().body_content().iter().enumerate() {
        let kind = media_kind(media.media_type());
        // What is not read is not held against a schema.
        if matches!(kind, Form::Binary | Form::Stream | Form::Multipart) && media.media_type() != "*/*" {
            continue;
        }
        let (Some(id), Some(whole)) = (media.schema(), asking.make_body(media, None)) else { continue };
        let seed = planner.seed(1_000 + at as u64);
        for edge in schemas.edges(id, &whole, Some(Direction::Request), seed, OF_BODY) {
            let values = Values { body: Some((at, edge.value)), ..base.clone() };
            let Some(request) = asking.write(&values) else { continue };
            let about = About { place: Place::Body, name: None, pointer: edge.pointer };
            let what = format!("{}: {} ({})", told(&about), edge.what, edge.keyword);
            let kind = if edge.valid { Kind::Boundary } else { Kind::Negative };
            planner.add(kind, what, Some(about), request);
        }
    }
}

fn told(about: &About) -> String {
    let name = about.name.as_deref().map(|name| format!(" `{name}`")).unwrap_or_default();
    let pointer = if about.pointer.is_empty() { String::new() } else { format!(" {}", about.pointer) };
    format!("{}{name}{pointer}", about.place.as_str())
}
