//! The wire: GraphQL over HTTP, `graphql-transport-ws`, and the bounds that hold before anything runs.
mod guards;
mod http;
mod sockets;
mod turns;
