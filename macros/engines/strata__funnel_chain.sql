{#
    Follows every attempt through the steps of its funnel: the next step of an attempt
    is the first event of that step after the one before.
    Arguments: entries, the name of a relation shaped like metric_funnel_entries;
    funnels, the name of a relation with funnel_number, window_moments, next_offset
    and step_count; steps, the greatest number of steps.
    Returns: a parenthesised query with a row for each entry of step 1: funnel_number,
    chain_key, entry_key, event_key of the entry, reached_step, tried_step (one more where an exclusion stood
    before the next step), stop_reason (null where all steps were done; later is told by
    the next step), stopped_by (number of the exclusion), and moment_1, moment_2, ….
#}
{% macro strata__funnel_chain(entries, funnels, steps) %}
    {{- return(adapter.dispatch('strata__funnel_chain', 'strata')(entries, funnels, steps)) -}}
{% endmacro %}

{#-
    An as-of join costs what sorting its two sides costs, and each column adds to it. So
    a number stands for funnel and chain, where the next step may stand is worked out from
    the places, and what may stop an attempt besides its window is looked up: mostly there
    is nothing. A place is 4096 times a moment, and some, in whose last eight bits stands
    something where the event may serve several steps.
-#}
{% macro duckdb__strata__funnel_chain(entries, funnels, steps) %}
    {%- set chain_number = 'hash(entries.funnel_number, entries.chain_key)' -%}
    {%- set query -%}
    (
        with marks as (
            select
                {{ chain_number }} as chain_number,
                entries.step_number,
                entries.place_key,
                min(entries.event_number) as event_number,
                max(entries.run_end) as run_end,
                min(entries.barred_moment) as barred_moment,
                min(entries.barred_by) as barred_by
            from {{ entries }} as entries
            where entries.run_end is not null or entries.barred_moment is not null
            group by all
        ),
        {#- As a filter this would be asked of the entries of all steps. #}
        done_1 as (
            select
                {{ chain_number }} as chain_number,
                entries.funnel_number,
                entries.chain_key,
                entries.event_key,
                entries.place_key as place_1,
                (entries.place_key >> 12) + funnels.window_moments as until_moment,
                {{ strata__funnel_next(['entries.place_key']) }} as next_key
            from {{ entries }} as entries
            inner join {{ funnels }} as funnels
                on
                    case
                        when entries.step_number = 1 and entries.is_entry
                            then entries.funnel_number
                    end = funnels.funnel_number
        ),
        {% for step in range(2, steps + 1) %}
        sought_{{ step }} as (
            select
                done.*,
                later.place_key as place_{{ step }}
            from done_{{ step - 1 }} as done
            asof left join (
                select
                    {{ chain_number }} as chain_number,
                    entries.place_key
                from {{ entries }} as entries
                where entries.step_number = {{ step }}
            ) as later
                on
                    done.chain_number = later.chain_number
                    and done.next_key < later.place_key
        ),
        tried_{{ step }} as (
            select
                sought.*,
                before.barred_by,
                coalesce(sought.place_{{ step }} >> 12 <= sought.until_moment, false)
                    as is_in_time,
                is_in_time and coalesce(later.event_number > before.run_end + 1, false)
                    as is_interrupted,
                coalesce(
                    before.barred_moment < case
                        when is_in_time then sought.place_{{ step }} >> 12
                        else sought.until_moment + 1
                    end,
                    false
                ) as is_barred,
                is_in_time and not is_interrupted and not is_barred as is_done
            from sought_{{ step }} as sought
            left join marks as before
                on
                    sought.chain_number = before.chain_number
                    and sought.place_{{ step - 1 }} = before.place_key
                    and before.step_number = {{ step - 1 }}
            left join marks as later
                on
                    sought.chain_number = later.chain_number
                    and sought.place_{{ step }} = later.place_key
                    and later.step_number = {{ step }}
        ),
        done_{{ step }} as (
            select
                tried.chain_number,
                tried.funnel_number,
                tried.chain_key,
                tried.event_key,
                {% for number in range(1, step + 1) %}
                tried.place_{{ number }},
                {% endfor %}
                tried.until_moment,
                {%- set places = [] -%}
                {%- for number in range(1, step + 1) -%}
                    {%- do places.append('tried.place_' ~ number) -%}
                {%- endfor %}
                {{ strata__funnel_next(places) }} as next_key
            from tried_{{ step }} as tried
            inner join {{ funnels }} as funnels
                on tried.funnel_number = funnels.funnel_number
            where tried.is_done
        ),
        {% endfor %}
        ended as (
            {% for step in range(1, steps + 1) %}
            select
                ended.funnel_number,
                ended.chain_key,
                ended.event_key,
                {% if step < steps %}
                case
                    when ended.is_barred then 'excluded'
                    when ended.is_interrupted then 'interrupted'
                    when ended.place_{{ step + 1 }} is null then 'no_event'
                    else 'outside_window'
                end as stop_reason,
                case when ended.is_barred then ended.barred_by end as stopped_by,
                ended.is_in_time,
                {% else %}
                null as stop_reason,
                null as stopped_by,
                false as is_in_time,
                {% endif %}
                cast({{ step }} as bigint) as reached_step,
                {% for number in range(1, steps + 1) %}
                {{ 'ended.place_' ~ number if number <= step else 'cast(null as bigint)' }}
                    as place_{{ number }}{{ ',' if number < steps }}
                {% endfor %}
            {% if step < steps %}
            from tried_{{ step + 1 }} as ended
            where not ended.is_done
            union all
            {% else %}
            from done_{{ step }} as ended
            {% endif %}
            {% endfor %}
        )

        select
            ended.funnel_number,
            ended.chain_key,
            ended.place_1 as entry_key,
            ended.event_key,
            ended.reached_step,
            case
                when ended.stop_reason = 'excluded' and ended.is_in_time
                    then ended.reached_step + 1
                else ended.reached_step
            end as tried_step,
            case when ended.reached_step < funnels.step_count then ended.stop_reason end
                as stop_reason,
            ended.stopped_by
            {% for step in range(1, steps + 1) %}
            , ended.place_{{ step }} >> 12 as moment_{{ step }}
            {% endfor %}
        from ended
        inner join {{ funnels }} as funnels
            on ended.funnel_number = funnels.funnel_number
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{#-
    After which place the next step may stand: that of the step before, moved by what the
    funnel says of ties and grace, and every place of an event that may not serve again.
-#}
{% macro strata__funnel_next(places) %}
    {%- set last = places[-1] -%}
    {%- set used = [] -%}
    {%- for place in places -%}
        {%- do used.append('case when ' ~ place ~ ' & 255 > 0 then ' ~ place ~ ' end') -%}
    {%- endfor -%}
    {{- return(
        'greatest(coalesce((' ~ last ~ ' >> 12) * 4096 + funnels.next_offset, ' ~ last ~ '), '
        ~ used | join(', ') ~ ')'
    ) -}}
{% endmacro %}

{#-
    For engines without an as-of join. The entries of the next step stand among the attempts
    by their place, each as an array, and the least array behind an attempt is the next.
-#}
{% macro default__strata__funnel_chain(entries, funnels, steps) %}
    {%- set query -%}
    (
        with done_1 as (
            select
                entries.funnel_number,
                entries.chain_key,
                entries.place_key as entry_key,
                entries.event_key,
                {{ strata__array(['entries.moment']) }} as moments,
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
                {{ strata__array([
                    'entries.place_key', 'entries.moment', 'entries.next_key',
                    'entries.used_key', 'entries.event_number', 'entries.run_end',
                    'entries.barred_moment', 'entries.barred_by',
                ]) }}
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
                    when {{ strata__element('tried.later', 2) }} <= tried.until_moment
                        then case
                            when tried.barred_moment < {{ strata__element('tried.later', 2) }} then 'excluded'
                            when {{ strata__element('tried.later', 5) }} > tried.run_end + 1 then 'interrupted'
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
                {{ strata__joined_arrays([
                    'judged.moments', strata__array([strata__element('judged.later', 2)])
                ]) }} as moments,
                judged.until_moment,
                judged.step_count,
                greatest({{ strata__element('judged.later', 3) }}, {{ strata__element('judged.later', 4) }}, judged.used_key) as next_key,
                greatest({{ strata__element('judged.later', 4) }}, judged.used_key) as used_key,
                {{ strata__element('judged.later', 6) }} as run_end,
                {{ strata__element('judged.later', 7) }} as barred_moment,
                {{ strata__element('judged.later', 8) }} as barred_by
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
                        and {{ strata__element('judged.later', 2) }} <= judged.until_moment
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
            , {{ strata__element('ended.moments', step) }} as moment_{{ step }}
            {% endfor %}
        from ended
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}
