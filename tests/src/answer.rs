//! What came back over HTTP.
use http::HeaderMap;
use serde_json::Value;
use std::fmt;

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The same where it is no text.
    pub bytes: bytes::Bytes,
    /// Null where the body is not JSON.
    pub body: Value,
}

impl Answer {
    /// What was asked for. An answer with errors fails the test here.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "{self}");
        &self.body["data"]
    }

    /// A place in the data, such as `/claimTask/task/id`.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Value {
        self.data().pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {self}"))
    }

    #[track_caller]
    pub fn text_at(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at {pointer} in {self}")).to_owned()
    }

    #[track_caller]
    pub fn error(&self) -> &Value {
        self.body.pointer("/errors/0").unwrap_or_else(|| panic!("no error in {self}"))
    }

    /// `extensions.code` of the first error.
    #[track_caller]
    pub fn code(&self) -> &str {
        self.error()["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code in {self}"))
    }

    /// `extensions.field` of the first error: which part of the input was wrong.
    #[track_caller]
    pub fn field(&self) -> &str {
        self.error()["extensions"]["field"].as_str().unwrap_or_else(|| panic!("no field in {self}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}
