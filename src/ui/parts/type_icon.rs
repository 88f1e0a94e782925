//! The sign of a column's type.

use super::{Icon, IconName};
use crate::base::ColumnType;
use leptos::prelude::*;

pub fn icon_of_type(column_type: ColumnType) -> IconName {
    match column_type {
        ColumnType::Boolean => IconName::Toggle,
        ColumnType::Integer | ColumnType::Number | ColumnType::Decimal => IconName::Hash,
        ColumnType::Text => IconName::Text,
        ColumnType::Date | ColumnType::DateTime => IconName::Calendar,
        ColumnType::Time => IconName::Clock,
        ColumnType::Duration => IconName::Timer,
    }
}

/// The sign, with the type's name for screen readers and on hover.
#[component]
pub fn TypeIcon(column_type: ColumnType) -> impl IntoView {
    view! {
        <span class="type-icon" title=column_type.label()>
            <Icon name=icon_of_type(column_type) />
            <span class="visually-hidden">{column_type.label()}</span>
        </span>
    }
}
