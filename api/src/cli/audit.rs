//! `huddle audit`
use super::{Common, Failure, Outcome};
use crate::{
    Config, Cx,
    audit::{
        chain::to_hex,
        verify::{Asked, verify},
    },
    people,
};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Audit {
    /// Checks that no row of the audit record was changed, removed or put in; names the first that is wrong
    Verify(Verify),
}

#[derive(Args)]
pub struct Verify {
    /// From this row on, instead of the oldest that there is
    #[arg(long, env = "HUDDLE_SINCE", value_parser = clap::value_parser!(i64).range(1..))]
    since: Option<i64>,
    /// A head that was printed or logged before: its row must still be the same
    #[arg(long, env = "HUDDLE_EXPECT", value_name = "NUMBER:HASH", value_parser = head)]
    expect: Option<(i64, Hash)>,
}

/// A named type, as the command line would take a list of bytes for several values.
#[derive(Clone, Debug)]
struct Hash(Vec<u8>);

impl Audit {
    /// For one organization where one is named, else for all.
    pub async fn run(self, common: &Common) -> Outcome {
        let Self::Verify(asked) = self;
        let settings = crate::db::Settings { migrate: false, ..common.database()? };
        let app = common.open(settings, Config::default()).await?;
        let chosen = match &common.organization {
            Some(name) => vec![people::service::organization(&app, Some(name)).await?],
            None => people::service::organizations(&app).await?,
        };
        if asked.expect.is_some() && chosen.len() != 1 {
            return Err(Failure::Usage("--expect is about one organization: say which with --organization".to_owned()));
        }
        let asked = Asked { since: asked.since, expect: asked.expect.map(|(number, hash)| (number, hash.0)) };
        let mut whole = true;
        for organization in chosen {
            let name = &organization.name;
            match verify(&Cx::system(app.clone(), organization.id), &asked).await? {
                Ok(found) => {
                    let head = &found.head;
                    println!(
                        "{name}: {} rows are as they were written, head {}:{}",
                        found.checked,
                        head.number,
                        to_hex(&head.hash)
                    );
                }
                Err(flaw) => {
                    whole = false;
                    println!("{name}: {}", flaw.0);
                }
            }
        }
        if whole { Ok(()) } else { Err(Failure::Refused) }
    }
}

fn head(text: &str) -> Result<(i64, Hash), String> {
    let parsed = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, bytes(hash)?)));
    parsed.ok_or_else(|| "is NUMBER:HASH, the hash in 64 hexadecimal digits".to_owned())
}

fn bytes(hex: &str) -> Option<Hash> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..32).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).ok()).collect::<Option<_>>().map(Hash)
}
