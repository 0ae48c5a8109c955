//! What nearly every table has: the organisation first in its key, and references that stay inside the organisation.
use sea_orm_migration::{prelude::*, schema::uuid};

/// A table whose rows belong to one organisation and are named by `id` in it.
pub fn owned(table: &'static str) -> TableCreateStatement {
    let mut create = Table::create();
    create
        .table(table)
        .col(uuid("organization_id"))
        .col(uuid("id"))
        .primary_key(Index::create().col("organization_id").col("id"))
        .foreign_key(ForeignKey::create().from(table, "organization_id").to("organization", "id"));
    create
}

/// A reference that cannot leave the organisation.
pub fn references(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, ("organization_id", column)).to(target, ("organization_id", "id")).to_owned()
}

pub fn one_of<const N: usize>(column: &'static str, words: [&'static str; N]) -> SimpleExpr {
    Expr::col(column).is_in(words)
}

/// An index over the organisation and `columns`, in that order.
pub fn index(table: &'static str, name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut create = Index::create();
    create.name(name).table(table).col("organization_id");
    for column in columns {
        create.col(*column);
    }
    create
}

pub async fn drop_all(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).to_owned()).await?;
    }
    Ok(())
}
