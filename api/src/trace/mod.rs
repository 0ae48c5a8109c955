//! Traces by OTLP, where a collector is named; otherwise nothing of this runs.
//!
//! A span holds closed words only: methods, routes, statuses, operations of the schema and of the audit record. Log
//! events are not put into spans.
mod carrier;

use carrier::Carrier;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use std::{env, time::Duration};
use tracing::{Metadata, Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

const SERVICE: &str = "huddle";
const FLUSH: Duration = Duration::from_secs(3);

/// Sends spans in groups from a thread of its own. When the collector is away, they are dropped, and the log says so.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// None where neither the flag nor OpenTelemetry's own variables name a collector.
    pub fn start(endpoint: Option<&str>) -> Result<Option<Self>, String> {
        let is_set = |name: &str| env::var(name).is_ok_and(|value| !value.is_empty());
        let standard = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
        let endpoint = endpoint.filter(|endpoint| !endpoint.is_empty());
        if endpoint.is_none() && !standard.into_iter().any(is_set) {
            return Ok(None);
        }
        let urls =
            endpoint.map(str::to_owned).into_iter().chain(standard.into_iter().filter_map(|name| env::var(name).ok()));
        if let Some(url) = urls.filter(|url| !url.is_empty()).find(|url| !url.starts_with("http://")) {
            return Err(format!("the OTLP endpoint {url} must begin with http://: put a collector beside Huddle"));
        }
        let mut exporter = SpanExporter::builder().with_http().with_http_client(Carrier::new());
        if let Some(endpoint) = endpoint {
            exporter = exporter.with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')));
        }
        let exporter = exporter.build().map_err(|error| format!("traces cannot be sent: {error}"))?;
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
        Ok(Some(Self(provider)))
    }

    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let tracer: SdkTracer = self.0.tracer(SERVICE);
        let ours = |metadata: &Metadata<'_>| metadata.is_span() && metadata.target().starts_with("api");
        let layer = OpenTelemetryLayer::new(tracer);
        layer.with_location(false).with_threads(false).with_target(false).with_filter(filter_fn(ours))
    }

    /// Sends what is left, for as long as that may take.
    pub async fn flush(self) {
        let flushed = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(FLUSH)).await;
        if let Ok(Err(error)) = flushed {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

fn resource() -> Resource {
    let named = env::var("OTEL_SERVICE_NAME").is_ok_and(|name| !name.is_empty())
        || env::var("OTEL_RESOURCE_ATTRIBUTES").is_ok_and(|given| given.contains("service.name="));
    let resource = Resource::builder();
    let resource = if named { resource } else { resource.with_service_name(SERVICE) };
    resource.with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build()
}

/// Makes the span a part of the trace that the caller's headers name, if it is traced at all, and answers the trace's
/// id.
pub fn join(span: &Span, headers: &http::HeaderMap) -> Option<String> {
    use opentelemetry::propagation::TextMapPropagator;
    if headers.contains_key("traceparent") {
        let parent = TraceContextPropagator::new().extract(&opentelemetry_http::HeaderExtractor(headers));
        // Without the layer the trace is not ours to join; the log tells its id all the same.
        if span.set_parent(parent.clone()).is_err() {
            return id_of(&parent);
        }
    }
    id_of(&span.context())
}

fn id_of(context: &opentelemetry::Context) -> Option<String> {
    let span = context.span();
    let context = span.span_context();
    context.is_valid().then(|| context.trace_id().to_string())
}
