//! Fields that a subscriber may never see are refused when they subscribe, instead of with each item.
use super::cx;
use crate::{Error, Result, policy};
use async_graphql::{Context, SelectionField};

/// Looks for such fields anywhere in what the subscription selects, whatever they are called there.
pub fn refuse_closed_fields(ctx: &Context<'_>) -> Result<()> {
    let scope = cx(ctx)?.scope();
    let closed = |name: &str| match name {
        "clearances" => !policy::may_give_clearances(scope),
        "blockedStaff" => !policy::may_ever_protect(scope),
        _ => false,
    };
    if holds(ctx.field(), &closed) {
        return Err(Error::Forbidden("see a field that this subscription selects"));
    }
    Ok(())
}

fn holds(field: SelectionField<'_>, closed: &impl Fn(&str) -> bool) -> bool {
    field.selection_set().any(|inner| closed(inner.name()) || holds(inner, closed))
}
