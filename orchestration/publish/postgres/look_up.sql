-- Unmasked subjects: nobody reads the tables of schema restricted; a clue_officer asks for one
-- clue at a time, and every request stays in an append-only log.
--
-- Two steps, so that no look-up escapes the log by a rollback: a request is written down and
-- committed, and only then can it be answered.
--
-- The functions run as their owner and name pg_temp last: unnamed, it comes first, and a reader's
-- temporary table could stand in for one of the catalogue's.

-- By default every login of the server may connect, and a schema without grants hides rows but
-- not the names of its tables.
do $$
begin
    execute format('revoke connect on database %I from public', current_database());
    execute format('grant connect on database %I to clue_officer', current_database());
end $$;

do $$
begin
    if to_regclass('access.look_up_log') is not null then
        return;
    end if;
    create table access.look_up_log (
        request_no bigint generated always as identity primary key,
        requested_at timestamptz not null default clock_timestamp(),
        login name not null default session_user,
        address inet default inet_client_addr(),
        clue_id text not null,
        purpose text not null,
        is_granted boolean not null,
        transaction_id xid8 not null default pg_current_xact_id()
    );
    comment on table access.look_up_log is '未脱敏对象的查询登记，只增不改';
    alter table access.look_up_log enable row level security; -- nobody's but the owner's

    create function access.refuse_change() returns trigger language plpgsql as $refuse$
    begin
        raise exception 'access.look_up_log 只增不改';
    end $refuse$;
    create trigger append_only before update or delete or truncate on access.look_up_log
    for each statement execute function access.refuse_change();
end $$;

create or replace function access.request_look_up(clue text, reason text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    number bigint;
begin
    if coalesce(trim(clue), '') = '' or coalesce(trim(reason), '') = '' then
        raise exception '请写明线索编号和查询事由';
    end if;
    insert into access.look_up_log (clue_id, purpose, is_granted)
    values (trim(clue), trim(reason), exists (
        select
        from restricted.clue_scope as scope
        inner join access.member as member
            on
                member.adcode in (scope.adcode, '*')
                and member.department in (scope.department, '*')
        inner join pg_roles as roles on roles.rolname = member.role_name
        where scope.clue_id = trim(clue) and pg_has_role(session_user, roles.oid, 'usage')
    ))
    returning request_no into number;
    return number;
end $$;
revoke execute on function access.request_look_up from public;
grant execute on function access.request_look_up to clue_officer;

create or replace function access.look_up(request bigint)
returns table (clue_id text, name text, id_number text, phone text, evidence jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    asked_for text;
begin
    select entry.clue_id into asked_for
    from access.look_up_log as entry
    where
        entry.request_no = request
        and entry.login = session_user
        and entry.is_granted
        and entry.requested_at > now() - interval '10 minutes'
        and entry.transaction_id is distinct from pg_current_xact_id_if_assigned();
    if not found then
        raise exception '没有可用的查询登记 %', request
        using hint = '线索须属于您的县和部门；登记由本人提交（commit）后十分钟内有效';
    end if;
    return query
    select
        scope.clue_id,
        subject.name,
        subject.id_number,
        subject.phone,
        (
            select jsonb_agg(detail."values" order by detail.evidence_no)
            from restricted.clue_evidence_detail as detail
            where detail.clue_id = scope.clue_id
        )
    from restricted.clue_scope as scope
    left join restricted.clue_subject as subject on subject.clue_id = scope.clue_id
    where scope.clue_id = asked_for;
end $$;
revoke execute on function access.look_up from public;
grant execute on function access.look_up to clue_officer;
