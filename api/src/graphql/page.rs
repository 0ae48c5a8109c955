//! Pages as Relay connections.
use crate::page::Page;
use async_graphql::SimpleObject;

#[derive(SimpleObject, Clone, Debug)]
pub struct PageInfo {
    pub has_next_page: bool,
    pub has_previous_page: bool,
    pub start_cursor: Option<String>,
    pub end_cursor: Option<String>,
}

impl PageInfo {
    pub fn of<T>(page: &Page<T>) -> Self {
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.rows.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: page.rows.last().map(|(cursor, _)| cursor.clone()),
        }
    }
}

/// Defines the connection and the edge of a node type, which is made of a row by its `show`: only what is asked for is
/// shown, and so put on record. `totalCount` is counted only where it is asked for.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $row:ty) => {
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            cursor: String,
            node: $node,
        }

        pub struct $connection(pub $crate::page::Page<$row>);

        #[async_graphql::Object]
        impl $connection {
            async fn edges(&self, ctx: &async_graphql::Context<'_>) -> $crate::Result<Vec<$edge>> {
                let cx = $crate::graphql::cx(ctx)?;
                let shown = |(cursor, row): &(String, $row)| $edge {
                    cursor: cursor.clone(),
                    node: <$node>::show(cx, row.clone()),
                };
                Ok(self.0.rows.iter().map(shown).collect())
            }

            async fn nodes(&self, ctx: &async_graphql::Context<'_>) -> $crate::Result<Vec<$node>> {
                let cx = $crate::graphql::cx(ctx)?;
                Ok(self.0.rows.iter().map(|(_, row)| <$node>::show(cx, row.clone())).collect())
            }

            async fn page_info(&self) -> $crate::graphql::page::PageInfo {
                $crate::graphql::page::PageInfo::of(&self.0)
            }

            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> $crate::Result<u64> {
                (self.0.count)($crate::graphql::cx(ctx)?.clone()).await
            }
        }
    };
}
pub(crate) use connection;
