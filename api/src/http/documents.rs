//! Documents that were registered when the dashboard was built, and those that a program may send as it likes.
//!
//! A request names a registered one by `documentId`, which is `sha256:` and the hash of its text, as the appendix of
//! GraphQL over HTTP on persisted documents has it. Nothing that a client sends is ever registered.
use super::{execute::Params, web};
use crate::{Error, Result, graphql::guard};
use async_graphql::{ServerError, parser::types::ExecutableDocument};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};

/// What a request asks, parsed once.
pub struct Document {
    pub text: String,
    pub parsed: ExecutableDocument,
    /// Only of a document that somebody sent. Registered ones never ask for the schema.
    pub introspection: bool,
}

/// By their id, which is the hash of their text.
#[derive(Clone, Default)]
pub struct Documents(Arc<HashMap<String, Arc<Document>>>);

impl Documents {
    /// Those of the dashboard that is in this program.
    pub fn embedded() -> Self {
        let Some(file) = web::documents() else { return Self::default() };
        let texts: HashMap<String, String> = serde_json::from_slice(&file).unwrap_or_else(|error| {
            tracing::error!(%error, "the dashboard's documents cannot be read");
            HashMap::new()
        });
        let mut known = HashMap::new();
        for (id, text) in texts {
            match register(&id, text) {
                Ok(document) => drop(known.insert(id, Arc::new(document))),
                Err(why) => tracing::error!(id, why, "a document of the dashboard is not taken"),
            }
        }
        Self(Arc::new(known))
    }

    /// The document of a request, where it may be run. `free`: whoever asks may send documents of their own.
    pub fn find(&self, params: &Params, free: bool) -> Result<Arc<Document>, ServerError> {
        let refused = |why: &str| refusal(Error::bad_input("documentId", why));
        // Over a socket the protocol wants a query even where there is none.
        let query = params.query.as_ref().filter(|query| !query.is_empty() || params.document_id.is_none());
        match (&params.document_id, query) {
            (Some(_), Some(_)) => Err(refused("comes without a query: which of the two is meant?")),
            (Some(id), None) => self
                .0
                .get(id)
                .cloned()
                .ok_or_else(|| refused("names no document of this version of Huddle: reload the page")),
            (None, Some(_)) if !free => {
                Err(refused("is missing: only registered documents are run, and a program's by its token"))
            }
            (None, Some(text)) => {
                let parsed = guard::parse(text)?;
                Ok(Arc::new(Document { text: text.clone(), parsed, introspection: true }))
            }
            (None, None) => Err(refused("or a query is needed")),
        }
    }
}

fn register(id: &str, text: String) -> Result<Document, String> {
    let digest = Sha256::digest(text.as_bytes());
    if digest.iter().fold("sha256:".to_owned(), |id, byte| id + &format!("{byte:02x}")) != id {
        return Err("its text has another hash".to_owned());
    }
    let parsed = guard::parse(&text).map_err(|error| error.message)?;
    Ok(Document { text, parsed, introspection: false })
}

pub fn refusal(error: Error) -> ServerError {
    async_graphql::Error::from(error).into_server_error(Default::default())
}
