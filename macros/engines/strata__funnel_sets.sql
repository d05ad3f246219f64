{#
    Tries every event of a step as the opening of a funnel without an order: the steps
    done from it until the end of its window, or until an exclusion.
    Arguments: entries, the name of a relation shaped like metric_funnel_entries, each
    event with one step; funnels, the name of a relation with funnel_number,
    window_moments and step_count; steps, the greatest number of steps.
    Returns: a parenthesised query with the columns of strata__funnel_chain, the moments
    in order of time.
#}
{% macro strata__funnel_sets(entries, funnels, steps) %}
    {{- return(adapter.dispatch('strata__funnel_sets', 'strata')(entries, funnels, steps)) -}}
{% endmacro %}

{% macro default__strata__funnel_sets(entries, funnels, steps) %}
    {%- do exceptions.raise_compiler_error(
        'Strata: funnels are not built for ' ~ target.type
        ~ ' yet; they need the target duckdb.') -%}
{% endmacro %}

{% macro duckdb__strata__funnel_sets(entries, funnels, steps) %}
    {%- set ahead_of = [] -%}
    {%- for step in range(1, steps + 1) -%} {%- do ahead_of.append('ahead.ahead_' ~ step) -%} {%- endfor -%}
    {%- set query -%}
    (
        with ahead as (
            select
                entries.*,
                entries.moment + funnels.window_moments as window_end,
                funnels.step_count
                {% for step in range(1, steps + 1) %}
                , min(case when entries.step_number = {{ step }} then entries.moment end)
                    over following as ahead_{{ step }}
                {% endfor %}
            from {{ entries }} as entries
            inner join {{ funnels }} as funnels
                on entries.funnel_number = funnels.funnel_number
            window following as (
                partition by entries.funnel_number, entries.chain_key
                order by entries.place_key, entries.event_key
                rows between current row and unbounded following
            )
        ),

        opened as (
            select
                ahead.*,
                {{ strata__array(ahead_of) }} as moments,
                least(ahead.window_end, ahead.barred_moment) as until_moment
            from ahead
            where ahead.is_entry
        ),

        done as (
            select
                opened.*,
                list_sort(list_filter(
                    opened.moments, lambda each: each <= opened.until_moment
                )) as done_moments,
                len(list_filter(
                    opened.moments, lambda each: each <= opened.window_end
                )) as tried_step,
                len(list_filter(opened.moments, lambda each: each is not null))
                    as coming_step
            from opened
        )

        select
            done.funnel_number,
            done.chain_key,
            done.place_key as entry_key,
            done.event_key,
            len(done.done_moments) as reached_step,
            done.tried_step,
            case
                when len(done.done_moments) = done.step_count then null
                when done.barred_moment <= done.window_end then 'excluded'
                when done.coming_step > len(done.done_moments) then 'outside_window'
                else 'no_event'
            end as stop_reason,
            case
                when
                    len(done.done_moments) < done.step_count
                    and done.barred_moment <= done.window_end
                    then done.barred_by
            end as stopped_by
            {% for step in range(1, steps + 1) %}
            , {{ strata__element('done.done_moments', step) }} as moment_{{ step }}
            {% endfor %}
        from done
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{% macro postgres__strata__funnel_sets(entries, funnels, steps) %}
    {%- set query -%}
    (
        with ahead as (
            select
                entries.*,
                entries.moment + funnels.window_moments as window_end,
                funnels.step_count,
                array[
                    {% for step in range(1, steps + 1) %}
                    min(case when entries.step_number = {{ step }} then entries.moment end)
                        over onwards{{ ',' if step < steps }}
                    {% endfor %}
                ] as moments
            from {{ entries }} as entries
            inner join {{ funnels }} as funnels
                on entries.funnel_number = funnels.funnel_number
            window onwards as (
                partition by entries.funnel_number, entries.chain_key
                order by entries.place_key desc, entries.event_key desc
                rows between unbounded preceding and current row
            )
        ),

        done as (
            select
                ahead.*,
                array(
                    select each.moment from unnest(ahead.moments) as each (moment)
                    where each.moment <= least(ahead.window_end, ahead.barred_moment)
                    order by each.moment
                ) as done_moments,
                (
                    select count(*) from unnest(ahead.moments) as each (moment)
                    where each.moment <= ahead.window_end
                ) as tried_step,
                (
                    select count(each.moment) from unnest(ahead.moments) as each (moment)
                ) as coming_step
            from ahead
            where ahead.is_entry
        ),

        counted as (
            select
                done.*,
                cast(cardinality(done.done_moments) as bigint) as reached_step
            from done
        )

        select
            counted.funnel_number,
            counted.chain_key,
            counted.place_key as entry_key,
            counted.event_key,
            counted.reached_step,
            counted.tried_step,
            case
                when counted.reached_step = counted.step_count then null
                when counted.barred_moment <= counted.window_end then 'excluded'
                when counted.coming_step > counted.reached_step then 'outside_window'
                else 'no_event'
            end as stop_reason,
            case
                when
                    counted.reached_step < counted.step_count
                    and counted.barred_moment <= counted.window_end
                    then counted.barred_by
            end as stopped_by
            {% for step in range(1, steps + 1) %}
            , counted.done_moments[{{ step }}] as moment_{{ step }}
            {% endfor %}
        from counted
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{#- As on DuckDB, with other words for lists. -#}
{% macro spark__strata__funnel_sets(entries, funnels, steps) %}
    {{- return(
        duckdb__strata__funnel_sets(entries, funnels, steps)
        | replace('list_filter(', 'filter(') | replace('list_sort(', 'array_sort(') | replace('len(', 'size(')
        | replace('lambda each:', 'each ->')
    ) -}}
{% endmacro %}
