-- Every event up to the as-of day is in core once, or belongs to somebody who left
-- (internal, erased), or to nobody, as all its ids are denied.
with coverage as (
    select * from {{ ref('core_identity_coverage') }}
),

counts as (
    select
        'owners of events' as place,
        (
            select coalesce(sum(sightings.event_count), 0)
            from {{ ref('core_identity_sightings') }} as sightings
        ) as expected,
        (select coalesce(sum(coverage.event_count), 0) from coverage) as found
    union all
    select
        'events in core' as place,
        (
            select coalesce(sum(coverage.event_count), 0)
            from coverage
            where coverage.owner = 'present'
        ) as expected,
        (select count(*) from {{ ref('core_events') }}) as found
)

select *
from counts
where counts.expected != counts.found
