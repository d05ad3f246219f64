-- Invitations are a forest: nobody came through people who came through them.
select ancestors.*
from {{ ref('metric_referral_ancestors') }} as ancestors
where ancestors.user_key = ancestors.ancestor_key
