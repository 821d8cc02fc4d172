//! `pailou cache purge`: makes the gateway forget stored responses.

use serde_json::json;

use super::{client::Client, print};
use crate::{
    command::{Output, PurgeArgs, Remote},
    shutdown::Failure,
};

pub(crate) fn purge(args: &PurgeArgs) -> Result<(), Failure> {
    // `--url` is what is purged here.
    let remote = Remote {
        url: args.control_plane.clone(),
        token: args.token.clone(),
        workspace: args.workspace.clone(),
    };
    let client = Client::new(&remote, args.print.output)?;
    let form = match (&args.url, &args.tag) {
        (Some(url), _) => json!({ "url": url }),
        (None, Some(tag)) => json!({ "tag": tag }),
        (None, None) => json!({ "all": true }),
    };
    let purged = client.post("cache/purge", &form)?;
    match args.print.output {
        Output::Json => print::json(&purged),
        Output::Text => match purged["forgotten"].as_u64() {
            Some(1) => println!("1 stored response was forgotten."),
            Some(count) => println!("{count} stored responses were forgotten."),
            None => println!("Stored responses were forgotten."),
        },
    }
    Ok(())
}
