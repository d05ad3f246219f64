{#
    Follows every attempt through the steps of its funnel: the next step of an attempt
    is the first event of that step after the one before.
    Arguments: entries, the name of a relation shaped like metric_funnel_entries;
    funnels, the name of a relation with funnel_number, window_moments and step_count;
    steps, the greatest number of steps.
    Returns: a parenthesised query with a row for each entry of step 1: funnel_number,
    chain_key, entry_key, event_key of the entry, reached_step, tried_step (one more where an exclusion stood
    before the next step), stop_reason (null where all steps were done; later is told by
    the next step), stopped_by (number of the exclusion), and moment_1, moment_2, ….
#}
{% macro strata__funnel_chain(entries, funnels, steps) %}
    {{- return(adapter.dispatch('strata__funnel_chain', 'strata')(entries, funnels, steps)) -}}
{% endmacro %}

{% macro default__strata__funnel_chain(entries, funnels, steps) %}
    {%- do exceptions.raise_compiler_error(
        "Strata: funnels are not built for " ~ target.type ~ " yet; they need the target duckdb.") -%}
{% endmacro %}

{% macro duckdb__strata__funnel_chain(entries, funnels, steps) %}
    {%- set query -%}
    (
        with done_1 as (
            select
                entries.funnel_number,
                entries.chain_key,
                entries.place_key as entry_key,
                entries.event_key,
                entries.moment as moment_1,
                entries.moment + funnels.window_moments as until_moment,
                funnels.step_count,
                greatest(entries.next_key, entries.used_key) as next_key,
                entries.used_key,
                entries.run_end,
                entries.barred_moment,
                entries.barred_by
            from {{ entries }} as entries
            inner join {{ funnels }} as funnels
                on entries.funnel_number = funnels.funnel_number
            where entries.step_number = 1 and entries.is_entry
        ),
        {% for step in range(2, steps + 1) %}
        tried_{{ step }} as (
            select
                done.*,
                later.moment as moment_{{ step }},
                later.next_key as later_key,
                later.used_key as later_used_key,
                later.run_end as later_run_end,
                later.barred_moment as later_barred_moment,
                later.barred_by as later_barred_by,
                case
                    when later.moment <= done.until_moment
                        then case
                            when later.event_number > done.run_end + 1
                                then 'interrupted'
                            when done.barred_moment < later.moment then 'excluded'
                        end
                    when done.barred_moment <= done.until_moment then 'excluded'
                    when later.moment is null then 'no_event'
                    else 'outside_window'
                end as stop_reason
            from done_{{ step - 1 }} as done
            asof left join (
                select * from {{ entries }} as entries
                where entries.step_number = {{ step }}
            ) as later
                on
                    done.funnel_number = later.funnel_number
                    and done.chain_key = later.chain_key
                    and done.next_key < later.place_key
            where done.step_count >= {{ step }}
        ),
        done_{{ step }} as (
            select
                tried.funnel_number,
                tried.chain_key,
                tried.entry_key,
                tried.event_key,
                {% for number in range(1, step + 1) %}
                tried.moment_{{ number }},
                {% endfor %}
                tried.until_moment,
                tried.step_count,
                greatest(tried.later_key, tried.used_key) as next_key,
                greatest(tried.later_used_key, tried.used_key) as used_key,
                tried.later_run_end as run_end,
                tried.later_barred_moment as barred_moment,
                tried.later_barred_by as barred_by
            from tried_{{ step }} as tried
            where tried.stop_reason is null
        ),
        {% endfor %}
        ended as (
            {% for step in range(1, steps + 1) %}
            select
                done.funnel_number,
                done.chain_key,
                done.entry_key,
                done.event_key,
                cast({{ step }} as bigint) as reached_step,
                cast({{ step }} as bigint) as tried_step,
                cast(null as varchar) as stop_reason,
                cast(null as bigint) as stopped_by
                {% for number in range(1, steps + 1) %}
                , {{ 'done.moment_' ~ number if number <= step else 'cast(null as bigint)' }}
                    as moment_{{ number }}
                {% endfor %}
            from done_{{ step }} as done
            where done.step_count = {{ step }}
            {% if step < steps %}
            union all
            select
                tried.funnel_number,
                tried.chain_key,
                tried.entry_key,
                tried.event_key,
                cast({{ step }} as bigint) as reached_step,
                case
                    when
                        tried.stop_reason = 'excluded'
                        and tried.moment_{{ step + 1 }} <= tried.until_moment
                        then cast({{ step + 1 }} as bigint)
                    else cast({{ step }} as bigint)
                end as tried_step,
                tried.stop_reason,
                case when tried.stop_reason = 'excluded' then tried.barred_by end
                    as stopped_by
                {% for number in range(1, steps + 1) %}
                , {{ 'tried.moment_' ~ number if number <= step else 'cast(null as bigint)' }}
                    as moment_{{ number }}
                {% endfor %}
            from tried_{{ step + 1 }} as tried
            where tried.stop_reason is not null
            union all
            {% endif %}
            {% endfor %}
        )

        select * from ended
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{#-
    The engine has no as-of join. The entries of the next step stand among the attempts
    by their place, each as an array, and the least array behind an attempt is the next.
-#}
{% macro postgres__strata__funnel_chain(entries, funnels, steps) %}
    {%- set query -%}
    (
        with done_1 as (
            select
                entries.funnel_number,
                entries.chain_key,
                entries.place_key as entry_key,
                entries.event_key,
                array[entries.moment] as moments,
                entries.moment + funnels.window_moments as until_moment,
                funnels.step_count,
                greatest(entries.next_key, entries.used_key) as next_key,
                entries.used_key,
                entries.run_end,
                entries.barred_moment,
                entries.barred_by
            from {{ entries }} as entries
            inner join {{ funnels }} as funnels
                on entries.funnel_number = funnels.funnel_number
            where entries.step_number = 1 and entries.is_entry
        ),
        {% for step in range(2, steps + 1) %}
        mixed_{{ step }} as (
            select done.*, cast(null as bigint[]) as entry
            from done_{{ step - 1 }} as done
            where done.step_count >= {{ step }}
            union all
            select
                entries.funnel_number, entries.chain_key, null, null, null, null, null,
                entries.place_key, null, null, null, null,
                array[
                    entries.place_key, entries.moment, entries.next_key, entries.used_key,
                    entries.event_number, entries.run_end, entries.barred_moment,
                    entries.barred_by
                ]
            from {{ entries }} as entries
            where entries.step_number = {{ step }}
        ),
        tried_{{ step }} as (
            select
                mixed.*,
                min(mixed.entry) over (
                    partition by mixed.funnel_number, mixed.chain_key
                    order by mixed.next_key desc
                    range between unbounded preceding and 1 preceding
                ) as later
            from mixed_{{ step }} as mixed
        ),
        judged_{{ step }} as (
            select
                tried.*,
                case
                    when tried.later[2] <= tried.until_moment
                        then case
                            when tried.later[5] > tried.run_end + 1 then 'interrupted'
                            when tried.barred_moment < tried.later[2] then 'excluded'
                        end
                    when tried.barred_moment <= tried.until_moment then 'excluded'
                    when tried.later is null then 'no_event'
                    else 'outside_window'
                end as stop_reason
            from tried_{{ step }} as tried
            where tried.entry is null
        ),
        done_{{ step }} as (
            select
                judged.funnel_number,
                judged.chain_key,
                judged.entry_key,
                judged.event_key,
                judged.moments || judged.later[2] as moments,
                judged.until_moment,
                judged.step_count,
                greatest(judged.later[3], judged.used_key) as next_key,
                greatest(judged.later[4], judged.used_key) as used_key,
                judged.later[6] as run_end,
                judged.later[7] as barred_moment,
                judged.later[8] as barred_by
            from judged_{{ step }} as judged
            where judged.stop_reason is null
        ),
        {% endfor %}
        ended as (
            {% for step in range(1, steps + 1) %}
            select
                done.funnel_number, done.chain_key, done.entry_key, done.event_key,
                {{ step }} as reached_step, {{ step }} as tried_step,
                null as stop_reason, cast(null as bigint) as stopped_by, done.moments
            from done_{{ step }} as done
            where done.step_count = {{ step }}
            {% if step < steps %}
            union all
            select
                judged.funnel_number, judged.chain_key, judged.entry_key, judged.event_key,
                {{ step }},
                case
                    when
                        judged.stop_reason = 'excluded'
                        and judged.later[2] <= judged.until_moment
                        then {{ step + 1 }}
                    else {{ step }}
                end,
                judged.stop_reason,
                case when judged.stop_reason = 'excluded' then judged.barred_by end,
                judged.moments
            from judged_{{ step + 1 }} as judged
            where judged.stop_reason is not null
            union all
            {% endif %}
            {% endfor %}
        )

        select
            ended.funnel_number,
            ended.chain_key,
            ended.entry_key,
            ended.event_key,
            cast(ended.reached_step as bigint) as reached_step,
            cast(ended.tried_step as bigint) as tried_step,
            ended.stop_reason,
            ended.stopped_by
            {% for step in range(1, steps + 1) %}
            , ended.moments[{{ step }}] as moment_{{ step }}
            {% endfor %}
        from ended
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}
