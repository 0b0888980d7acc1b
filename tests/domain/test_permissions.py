"""Who may do what, where: the table is complete, and scopes neither leak nor widen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.permissions import (
    EVERYTHING,
    HELD_BY,
    Grant,
    Permission,
    Role,
    Scope,
    ScopeKind,
    allows,
    allows_anywhere,
    permissions_of,
    reach,
)

NINGBO = Scope(ScopeKind.ORGANISATION, "ningbo-education")
TIANJIN = Scope(ScopeKind.ORGANISATION, "tianjin-education")
LINE, POOL = Scope(ScopeKind.LINE, "ningbo"), Scope(ScopeKind.POOL, "yong-teachers")
SCOPES = [EVERYTHING, NINGBO, TIANJIN, LINE, POOL]
some_grants = st.lists(st.builds(Grant, st.sampled_from(Role), st.sampled_from(SCOPES)), max_size=4)
some_targets = st.sets(st.sampled_from(SCOPES[1:]))


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_is_held_by_some_role(permission: Permission) -> None:
    assert HELD_BY[permission]


def test_the_table_has_a_row_for_every_permission_and_for_nothing_else() -> None:
    assert set(HELD_BY) == set(Permission)


def test_a_grant_in_one_organisation_says_nothing_about_another() -> None:
    grants = [Grant(Role.SUPERVISOR, NINGBO)]
    assert allows(grants, Permission.WALLBOARD_SEE, {NINGBO, LINE})
    assert not allows(grants, Permission.WALLBOARD_SEE, {TIANJIN})


def test_a_line_and_a_pool_of_the_same_name_are_different_scopes() -> None:
    grants = [Grant(Role.SUPERVISOR, Scope(ScopeKind.LINE, "ningbo"))]
    assert not allows(grants, Permission.ROTA_EDIT, {Scope(ScopeKind.POOL, "ningbo")})


def test_what_belongs_to_the_whole_service_needs_a_grant_over_everything() -> None:
    assert not allows([Grant(Role.ADMINISTRATOR, NINGBO)], Permission.PEOPLE_MANAGE, ())
    assert allows([Grant(Role.ADMINISTRATOR, EVERYTHING)], Permission.PEOPLE_MANAGE, ())


def test_a_volunteer_answers_but_does_not_watch_or_manage() -> None:
    held = permissions_of([Grant(Role.VOLUNTEER, POOL)])
    assert {Permission.DESK_USE, Permission.OFFER_ANSWER} <= held
    assert not held & {
        Permission.WALLBOARD_SEE,
        Permission.PEOPLE_MANAGE,
        Permission.BLOCKS_MANAGE,
        Permission.CONTACT_MONITOR,
        Permission.AUDIT_READ,
    }


def test_p7_only_an_auditor_reads_the_audit_and_an_auditor_answers_no_calls() -> None:
    assert HELD_BY[Permission.AUDIT_READ] == {Role.AUDITOR}
    assert not allows_anywhere([Grant(Role.AUDITOR, EVERYTHING)], Permission.OFFER_ANSWER)


def test_an_administrator_runs_the_service_but_hears_no_callers() -> None:
    held = permissions_of([Grant(Role.ADMINISTRATOR, EVERYTHING)])
    assert not held & {Permission.VOICEMAIL_HEAR, Permission.CONTACT_MONITOR, Permission.CONTACT_SEE}


def test_a_partner_sees_nothing_of_the_line_by_role_alone() -> None:
    assert permissions_of([Grant(Role.PARTNER, EVERYTHING)]) == frozenset()


@given(some_grants, st.sampled_from(Permission), some_targets)
def test_what_is_allowed_lies_in_reach_and_reach_allows_it(
    grants: list[Grant], permission: Permission, targets: set[Scope]
) -> None:
    within = reach(grants, permission)
    assert allows(grants, permission, targets) == (EVERYTHING in within or bool(within & targets))
    assert allows_anywhere(grants, permission) == bool(within)
    assert (permission in permissions_of(grants)) == bool(within)


@given(some_grants, some_grants, st.sampled_from(Permission), some_targets)
def test_a_further_grant_never_takes_anything_away(
    grants: list[Grant], more: list[Grant], permission: Permission, targets: set[Scope]
) -> None:
    if allows(grants, permission, targets):
        assert allows([*more, *grants], permission, targets)


def test_a_grant_over_everything_makes_the_narrower_ones_needless() -> None:
    both = [Grant(Role.SUPERVISOR, NINGBO), Grant(Role.SUPERVISOR, EVERYTHING)]
    assert reach(both, Permission.ROTA_EDIT) == {EVERYTHING}
