-- Who may see which rows. Runs before every publish; each statement may run again, and none takes
-- a lock that a reader would wait for.
--
-- A county's procuratorate fills access.member: a login, or a role that logins belong to, and the
-- county and department whose rows it may see. '*' stands for all of them; no row means nothing.

create schema if not exists access;
comment on schema access is '谁可以看哪些县、哪些部门的行；由本院填写';
grant usage on schema access to bi_reader, case_handler, clue_officer;

do $$
begin
    if to_regclass('access.member') is not null then
        return;
    end if;
    create table access.member (
        role_name name not null,
        adcode text not null check (adcode ~ '^([0-9]{6}|\*)$'),
        department text not null default '*',
        primary key (role_name, adcode, department)
    );
    comment on table access.member is '登录账号或其所属角色可见的县和部门，* 表示全部';
    alter table access.member enable row level security;
    create policy own_rows on access.member for select using (
        exists (
            select from pg_catalog.pg_roles as roles
            where roles.rolname = role_name and pg_has_role(roles.oid, 'usage')
        )
    );
    grant select on access.member to bi_reader, case_handler, clue_officer;
end $$;

-- Policies call these two once per statement. They run as the reader, to whom the policy above
-- shows the reader's own rows only.
create or replace function access.counties() returns text[]
language sql stable parallel safe set search_path = pg_catalog as $$
    select coalesce(array_agg(adcode), '{}') from access.member
$$;

create or replace function access.desks() returns text[]
language sql stable parallel safe set search_path = pg_catalog as $$
    select coalesce(array_agg(adcode || '/' || department), '{}') from access.member
$$;

-- Lets a login in: called by whoever administers the database, as themselves. A setting of a role
-- is not inherited by its members, so the limits are set for each login.
create or replace procedure access.admit(
    login name, reader name, county text, department text default '*'
)
language plpgsql set search_path = pg_catalog as $$
declare
    setting text;
    other name;
begin
    if reader not in ('bi_reader', 'case_handler', 'clue_officer') then
        raise exception '没有角色 %：bi_reader、case_handler 或 clue_officer', reader;
    end if;
    -- what a login may see adds up, whichever role it was entered for: a county for BI would open
    -- every department's cards. A case_handler reads the marts anyway.
    foreach other in array array['bi_reader', 'case_handler'] loop
        if reader in ('bi_reader', 'case_handler') and other <> reader
            and pg_has_role(login, other, 'member') then
            raise exception '% 已有角色 %，范围会相加；请先收回（revoke）并删去其登记', login, other;
        end if;
    end loop;
    execute format('grant %I to %I', reader, login);
    foreach setting in array array[
        'statement_timeout = ''60s''', 'idle_in_transaction_session_timeout = ''5min'''
    ] loop
        execute format(
            'alter role %I in database %I set %s', login, current_database(), setting
        );
    end loop;
    if reader <> 'clue_officer' then -- whose requests are written down
        execute format(
            'alter role %I in database %I set default_transaction_read_only = on',
            login, current_database()
        );
    end if;
    insert into access.member values (login, county, department) on conflict do nothing;
end $$;
revoke execute on procedure access.admit from public;
