//! The one error type of the service.
use chrono::{DateTime, SecondsFormat, Utc};
use std::{error::Error as StdError, fmt, sync::Arc};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that a service function can answer instead of a value.
///
/// It knows nothing of HTTP or GraphQL; [`Error::code`] is the whole contract. No message ever holds patient data.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("sign in first")]
    Unauthenticated,
    /// Wrong name or password: one message for both, so that nobody learns which.
    #[error("the e-mail address or the password is wrong")]
    SignInRefused,
    /// The password was right; now comes the second step.
    #[error("a second factor is needed")]
    SecondFactor(Arc<NextStep>),
    /// They may, and have not proved for a while that it is still them.
    #[error("prove again who you are")]
    Reauthenticate,
    /// Also for things that the actor may not know of.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// For what they see but may not do.
    #[error("you may not {0}")]
    Forbidden(&'static str),
    #[error("{field}: {message}")]
    BadUserInput { field: String, message: String },
    /// The request was fine, but the world moved on.
    #[error("{0}")]
    Conflict(String),
    /// A screen asks whether its code was confirmed, and it was not yet.
    #[error("nobody has confirmed the code yet, ask again in a few seconds")]
    AuthorizationPending,
    /// A screen's code, which is over.
    #[error("the code has expired or was used, ask for a new one")]
    ExpiredCode,
    #[error("{0}")]
    TooComplex(String),
    /// Too often: try again after so many seconds.
    #[error("too many requests, try again in {retry_after} s")]
    RateLimited { retry_after: u32 },
    #[error("{0} is not available right now, try again")]
    Unavailable(&'static str),
    /// Too many at once: come back after so many seconds.
    #[error("too many screens read at once, try again in {retry_after} s")]
    Busy { retry_after: u32 },
    #[error("something went wrong on our side")]
    Internal(#[source] Arc<dyn StdError + Send + Sync>),
}

/// What is missing before somebody is signed in.
#[derive(Clone)]
pub struct NextStep {
    /// Stands for the steps that were taken. A secret of who took them.
    pub challenge: String,
    /// With what they can go on.
    pub methods: Vec<&'static str>,
    /// They have none and must have one: with what they set up.
    pub must_enrol: bool,
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextStep").field("methods", &self.methods).finish_non_exhaustive()
    }
}

/// What `extensions.code` of an error can say. In the schema so that clients get a closed type of it.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    Unauthenticated,
    Forbidden,
    NotFound,
    BadUserInput,
    Conflict,
    TooComplex,
    RateLimited,
    Unavailable,
    Internal,
}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated | Self::SignInRefused | Self::SecondFactor(_) => ErrorCode::Unauthenticated,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Forbidden(_) | Self::Reauthenticate => ErrorCode::Forbidden,
            Self::BadUserInput { .. } | Self::ExpiredCode => ErrorCode::BadUserInput,
            Self::Conflict(_) | Self::AuthorizationPending => ErrorCode::Conflict,
            Self::TooComplex(_) => ErrorCode::TooComplex,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Unavailable(_) | Self::Busy { .. } => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// `extensions.reason`, where a program has to tell one error of a code from another. Those of
    /// displays are words of RFC 8628.
    fn reason(&self) -> Option<&'static str> {
        match self {
            Self::AuthorizationPending => Some("AUTHORIZATION_PENDING"),
            Self::ExpiredCode => Some("EXPIRED_TOKEN"),
            Self::Reauthenticate => Some("REAUTHENTICATE"),
            _ => None,
        }
    }

    pub fn bad_input(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadUserInput { field: field.into(), message: message.into() }
    }

    pub fn internal(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Internal(Arc::new(error))
    }

    /// For what our own code promised and did not keep.
    pub fn broken(promise: &'static str) -> Self {
        Self::internal(std::io::Error::other(promise))
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        if crate::db::is_passing(&error) {
            tracing::warn!(%error, "the database is out of reach or too busy");
            return Self::Unavailable("the database");
        }
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// The only way from our errors to the API's, so nothing else can leak out.
impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        use async_graphql::ErrorExtensions;
        if let Error::Internal(reason) = &error {
            tracing::error!(%reason, "internal error");
        }
        let code: async_graphql::Value = error.code().into();
        let message = match &error {
            Error::BadUserInput { message, .. } => message.clone(),
            other => other.to_string(),
        };
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code.clone());
            if let Error::BadUserInput { field, .. } = &error {
                extensions.set("field", field.clone());
            }
            if let Error::ExpiredCode = &error {
                extensions.set("field", "input.pairingCode");
            }
            if let Some(reason) = error.reason() {
                extensions.set("reason", reason);
            }
            if let Error::Busy { retry_after } | Error::RateLimited { retry_after } = &error {
                extensions.set("retryAfter", *retry_after);
            }
            if let Error::SecondFactor(next) = &error {
                let expires_at = next.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true);
                let methods: Vec<async_graphql::Value> = next.methods.iter().map(|method| (*method).into()).collect();
                let next = [
                    ("challenge", next.challenge.as_str().into()),
                    ("methods", async_graphql::Value::List(methods)),
                    ("mustEnrol", next.must_enrol.into()),
                    ("expiresAt", expires_at.into()),
                ];
                let next = next.map(|(name, value)| (async_graphql::Name::new(name), value));
                extensions.set("secondFactor", async_graphql::Value::Object(next.into_iter().collect()));
            }
        })
    }
}
