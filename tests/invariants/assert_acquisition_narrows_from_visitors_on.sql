-- Nobody registers, orders or stays who did not come; an immature cell has no rate.
select *
from {{ ref('metric_acquisition') }} as acquisition
where
    acquisition.registered_users > acquisition.visitors
    or acquisition.activated_users > acquisition.visitors
    or acquisition.buyers > acquisition.visitors
    or acquisition.mature_7d not in (0, acquisition.visitors)
    or acquisition.mature_90d > acquisition.mature_30d
    or acquisition.mature_30d > acquisition.mature_7d
    or acquisition.retained_7d > acquisition.mature_7d
    or acquisition.retained_30d > acquisition.mature_30d
    or acquisition.retained_90d > acquisition.mature_90d
    or (acquisition.mature_90d = 0) != (acquisition.retention_rate_90d is null)
