//! How long work took, as a file: `POST /export/times.csv` or `.xlsx`, `{"filter": …, "groupBy": …}` in the words of the
//! schema.
use super::{
    Server,
    export::{ask, denied, part, refuse, status},
    graphql::failed_as,
    sender::Sender,
};
use crate::{
    Error,
    history::times::{
        file::{Form, make},
        graphql::{WorkTimesFilter, WorkTimesGrouping},
    },
};
use async_graphql::{InputType, Value};
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};

pub async fn csv(
    State(server): State<Server>,
    Extension(sender): Extension<Sender>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    export(&server, &sender, &headers, &body, Form::Csv).await
}

pub async fn xlsx(
    State(server): State<Server>,
    Extension(sender): Extension<Sender>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    export(&server, &sender, &headers, &body, Form::Xlsx).await
}

async fn export(server: &Server, sender: &Sender, headers: &HeaderMap, body: &Bytes, form: Form) -> Response {
    if let Some(refused) = refuse(sender, headers) {
        return refused;
    }
    match begin(server, sender, headers, body, form).await {
        Ok((file, day)) => send(file, &day, form),
        Err(error) => failed_as(status(&error), error),
    }
}

async fn begin(
    server: &Server,
    sender: &Sender,
    headers: &HeaderMap,
    body: &Bytes,
    form: Form,
) -> Result<(Vec<u8>, String), Error> {
    let (cx, asked) = ask(server, sender, headers, body).await?;
    let filter = part::<WorkTimesFilter>(&asked, "filter")?.ok_or_else(|| Error::bad_input("filter", "is missing"))?;
    let by = asked.get("groupBy").cloned().unwrap_or("KIND".into());
    let by = Value::from_json(by).ok().and_then(|by| WorkTimesGrouping::parse(Some(by)).ok());
    let by = by.ok_or_else(|| Error::bad_input("groupBy", "is not what the schema says"))?;
    let file = make(&cx, &filter.read()?, by.read(), form).await;
    Ok((denied(&cx, "times.export", file).await?, cx.now().date_naive().to_string()))
}

fn send(file: Vec<u8>, day: &str, form: Form) -> Response {
    let (kind, end) = match form {
        Form::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        Form::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    let mut response = file.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"huddle-times-{day}.{end}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
