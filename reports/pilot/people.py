"""Accounts, assignments and improvement teams. Every name is a number with the word "generated"."""

from datetime import date, datetime, time

from accounts.models import User
from enterprises.models import Area, Assignment, Enterprise, Position, Role, Sex, Standing, Team, TeamMember
from reports.pilot.places import SPECS, WORKSHOPS, Pilot, Site, keep
from reports.pilot.schedule import LAUNCH, ZONE, Entries, stream

DEMO_SITE = 3
"""The enterprise of the accounts `member` and `leader`: a generated one with work of every kind."""

DEMO = {
    "member": "Member 3 (generated)",
    "leader": "Leader 3 (generated)",
    "consultant": "Consultant 1 (generated)",
    "inspector": "Inspector 1 (generated)",
    "authority": "Authority officer (generated)",
    "staff": "Programme officer (generated)",
    "admin": "Administrator (generated)",
}
PAIR_OF = (1, 2, 1, 2, 3, 1, 2, 3, 1, 3)
"""Which pair of consultant and inspector works at each of the ten enterprises."""

TEAM_FORMED = date(2017, 4, 22)
PLACES_IN_TEAM = (
    (Position.LEADER, Standing.MANAGER),
    (Position.DEPUTY, Standing.MANAGER),
    (Position.SECRETARY, Standing.WORKER),
    (Position.LIAISON, Standing.WORKER),
    (Position.MEMBER, Standing.WORKER),
    (Position.MEMBER, Standing.WORKER),
    (Position.MEMBER, Standing.WORKER),
)
WOMEN_IN = {"textile": 0.65, "plastics": 0.5, "building": 0.2, "machinery": 0.25, "metal": 0.25}
SECOND_TEAM_FROM = 150
"""Enterprises with more workers have a second team in a workshop."""


def opening() -> datetime:
    """The moment at which the programme was set up."""
    return datetime.combine(LAUNCH, time(9), tzinfo=ZONE)


def account(username: str, password: str, name: str = "") -> User:
    """Save an account; without a password nobody can sign in with it."""
    user = User(username=username, name=name or DEMO[username], date_joined=opening())
    if username == "admin":
        user.is_staff = user.is_superuser = True
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.full_clean()
    user.save()
    return user


def assign(
    user: User, role: str, by: User, *, area: Area | None = None, enterprise: Enterprise | None = None
) -> None:
    """Give a person a role from the launch on."""
    keep(
        Assignment(user=user, role=role, area=area, enterprise=enterprise, from_on=LAUNCH),
        opening(),
        by,
    )


def write_officers(pilot: Pilot, password: str) -> dict[str, User]:
    """Save everybody who belongs to no single enterprise, with their assignments at areas."""
    found = {name: account(name, password) for name in DEMO if name not in ("staff", "member", "leader")}
    for kind in ("consultant", "inspector"):
        for n in (2, 3):
            found[f"{kind}{n}"] = account(f"{kind}{n}", "", f"{kind.title()} {n} (generated)")
    assign(found["authority"], Role.AUTHORITY, pilot.staff, area=pilot.district)
    assign(found["inspector"], Role.INSPECTOR, pilot.staff, area=pilot.district)
    return found


def write_site(
    pilot: Pilot, enterprise: Enterprise, number: int, officers: dict[str, User], password: str
) -> Site:
    """Save the people of one enterprise: its two accounts, its pair, its teams."""
    demo = number == DEMO_SITE
    leader, member = (
        account(name, password)
        if demo
        else account(f"{name}{number}", "", f"{name.title()} {number} (generated)")
        for name in ("leader", "member")
    )
    pair = "" if PAIR_OF[number - 1] == 1 else str(PAIR_OF[number - 1])
    consultant, inspector = officers[f"consultant{pair}"], officers[f"inspector{pair}"]
    for user, role in ((leader, Role.EIT_MEMBER), (member, Role.EIT_MEMBER), (consultant, Role.CONSULTANT)):
        assign(user, role, pilot.staff, enterprise=enterprise)
    if pair:
        assign(inspector, Role.INSPECTOR, pilot.staff, enterprise=enterprise)
    spec = SPECS[number - 1]
    team = write_team(enterprise, spec.trade, number, leader, member)
    if spec.headcount and spec.headcount[0] > SECOND_TEAM_FROM:
        write_second_team(enterprise, spec.trade, number, leader)
    return Site(spec, enterprise, leader, member, consultant, inspector, team)


def write_team(enterprise: Enterprise, trade: str, number: int, leader: User, member: User) -> Team:
    """Save the main team: two managers, the others workers, some of them women."""
    rng = stream("team", number)
    entered = Entries(rng).after(TEAM_FORMED)
    team = keep(
        Team(
            enterprise=enterprise,
            name_en="Enterprise improvement team",
            name_zh="企业改进小组",
            formed_on=TEAM_FORMED,
        ),
        entered,
        leader,
    )
    accounts = {0: leader, 4: member}
    for n, (position, standing) in enumerate(PLACES_IN_TEAM + PLACES_IN_TEAM[-1:] * rng.randint(0, 3)):
        user = accounts.get(n)
        name = user.name if user else f"{Position(position).name.title()} {number}-{n + 1} (generated)"
        keep(
            TeamMember(
                team=team,
                user=user,
                name=name,
                position=position,
                standing=standing,
                sex=Sex.FEMALE if rng.random() < WOMEN_IN.get(trade, 0.4) else Sex.MALE,
                from_on=TEAM_FORMED,
            ),
            entered,
            leader,
        )
    return team


def write_second_team(enterprise: Enterprise, trade: str, number: int, leader: User) -> None:
    """Save a team of one workshop, formed in summer."""
    rng = stream("second team", number)
    formed = date(2017, 7, 3)
    entered = Entries(rng).after(formed)
    workshop = WORKSHOPS[trade][0]
    team = keep(
        Team(
            enterprise=enterprise,
            name_en=f"Improvement team, {workshop.en}",
            name_zh=f"{workshop.zh}改进小组",
            department=str(workshop),
            formed_on=formed,
        ),
        entered,
        leader,
    )
    for n, (position, standing) in enumerate(PLACES_IN_TEAM[1:6]):
        keep(
            TeamMember(
                team=team,
                name=f"{Position(position).name.title()} {number}-{n + 11} (generated)",
                position=Position.LEADER if n == 0 else position,
                standing=standing,
                sex=Sex.FEMALE if rng.random() < WOMEN_IN.get(trade, 0.4) else Sex.MALE,
                from_on=formed,
            ),
            entered,
            leader,
        )
