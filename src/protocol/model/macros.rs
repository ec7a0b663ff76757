//! The macro that makes a struct and its schema from one text.

/// Declares models. Doc comments become descriptions; after `=>` stand the attribute's rules,
/// named as the methods of [`Attribute`](crate::protocol::schema::Attribute) are. Each field
/// holds a [`Field`](crate::protocol::model::Field) of the type written.
///
/// ```ignore
/// model! {
///     /// One team that connects.
///     pub struct Consumer {
///         /// VPC to connect from.
///         pub vpc_id: String => required().replaces(),
///         /// Mend what is changed outside Terraform.
///         pub heal: bool => optional().computed().default(true),
///     }
/// }
/// ```
macro_rules! model {
    ($(
        $(#[doc = $about:literal])*
        $visible:vis struct $model:ident {
            $(
                $(#[doc = $doc:literal])*
                $field_visible:vis $field:ident : $shape:ty => $($rule:ident ( $($argument:expr),* )).+
            ),* $(,)?
        }
    )+) => { $(
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $visible struct $model {
            $(
                $(#[doc = $doc])*
                $field_visible $field: $crate::protocol::model::Field<$shape>,
            )*
        }

        impl $crate::protocol::model::Model for $model {
            fn description() -> String {
                $crate::protocol::model::markdown(&[$($about),*])
            }

            fn attributes() -> Vec<$crate::protocol::schema::Attribute> {
                vec![$(
                    $crate::protocol::schema::Attribute::new(
                        $crate::protocol::model::attribute_name(stringify!($field)),
                        <$shape as $crate::protocol::model::Shape>::kind(),
                    )
                    .described($crate::protocol::model::markdown(&[$($doc),*]))
                    $(.$rule($($argument),*))+
                ),*]
            }
        }

        impl $crate::protocol::model::Shape for $model {
            fn kind() -> $crate::protocol::schema::Kind {
                $crate::protocol::schema::Kind::Nested(
                    $crate::protocol::schema::Nesting::Single,
                    <Self as $crate::protocol::model::Model>::attributes(),
                )
            }

            fn from_known(
                value: &$crate::protocol::value::Value,
            ) -> Result<Self, $crate::protocol::model::ModelError> {
                let $crate::protocol::value::Value::Object(attributes) = value else {
                    return Err($crate::protocol::model::ModelError::no_object(value));
                };
                Ok(Self { $(
                    $field: $crate::protocol::model::read_attribute(
                        attributes,
                        $crate::protocol::model::attribute_name(stringify!($field)),
                    )?,
                )* })
            }

            fn to_value(&self) -> $crate::protocol::value::Value {
                $crate::protocol::value::Value::object([$((
                    $crate::protocol::model::attribute_name(stringify!($field)),
                    self.$field.encode(),
                )),*])
            }
        }
    )+ };
}
pub(crate) use model;
