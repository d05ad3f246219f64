-- A lower bound is no more than what was counted; groups are within their whole; a rate
-- is there where the base is large enough, and only there.
select
    products.definition_code,
    products.item_code as code
from {{ ref('metric_repurchase_products') }} as products
where
    products.low_repurchase_rate > products.repurchase_rate
    or products.repeat_buyers > products.mature_buyers
    or products.mature_buyers > products.baseline_buyers
    or products.mature_buyers > products.buyers
    or products.is_enough = (products.repurchase_rate is null)
    or products.is_enough = (products.item_rank is null)
union all
select
    activation.definition_code,
    activation.behaviour_code as code
from {{ ref('metric_activation') }} as activation
where
    activation.low_lift > activation.lift
    or activation.retained_with > activation.users_with
    or activation.users_with + activation.users_without != activation.users
    or activation.is_enough = (activation.lift is null)
    or activation.is_enough = (activation.behaviour_rank is null)
