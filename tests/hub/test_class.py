"""Ten students at once: each gets a desk, runs lesson 01, and reaches no other's."""

import asyncio
import os
from types import SimpleNamespace

import pytest
from hub import processes_of, running_hub
from measuring import costs
from report import report
from student import Student

NUMBER = (os.environ.get("LESSON") or "01")[:2]  # so its file on the desk begins


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def session(folder, names):
    """Let a class work through a lesson, and return what came of it."""
    with running_hub(folder, names) as hub:
        yield asyncio.run(attend([Student(hub, name) for name in names]))


async def attend(students):
    busy, _, _ = os.getloadavg()
    for student in students:
        await student.enroll()
    await asyncio.gather(*(student.sit_down() for student in students))
    desks = [await student.files() for student in students]
    lessons = [next(f for f in desk if f.startswith(NUMBER)) for desk in desks]
    jobs = zip(students, lessons, strict=True)
    await asyncio.gather(*(student.run_lesson(file) for student, file in jobs))
    found = costs(students[0].hub.run)
    intruder, host = students[:2]
    refusal = await intruder.status(f"/user/{host.name}/api/contents/")
    link = await host.status(f"/user/{host.name}/git-pull?repo=https://example.org/a")
    return SimpleNamespace(
        students=students,
        desks=desks,
        found=found,
        refusal=refusal,
        link=link,
        busy=busy,
    )


def test_every_student_finds_a_desk_with_every_lesson(session):
    for desk in session.desks:
        assert desk == session.desks[0]
        assert {"00", "01", "09"} <= {name[:2] for name in desk}


def test_every_student_runs_the_lesson_to_its_end(session):
    students = session.students
    assert [error for student in students for error in student.errors] == []
    [cells] = {student.cells for student in students}
    assert cells > 30


def test_a_student_is_refused_at_anothers_desk(session):
    assert session.refusal in (403, 404)


def test_a_link_of_nbgitpuller_opens(session):
    assert session.link == 200


def test_every_student_has_a_server_and_a_kernel_and_their_cost_is_told(
    session, capsys
):
    found = session.found
    for student in session.students:
        kinds = sorted(cost.kind for cost in found if cost.student == student.name)
        assert kinds == ["kernel", "server"]
    with capsys.disabled():
        print("\n" + report(session.students, found, session.busy))


def test_who_is_away_gives_the_memory_back(tmp_path):
    async def leave(student):
        await student.enroll()
        await student.sit_down()
        for _ in range(120):
            if not await student.seated():
                return True
            await asyncio.sleep(1)
        return False

    with running_hub(tmp_path / "hub", ["student01"], idle_seconds=5) as hub:
        assert asyncio.run(leave(Student(hub, "student01")))


def test_no_process_outlives_a_hub_that_fails(tmp_path):
    async def interrupted(student):
        await student.enroll()
        await student.sit_down()
        raise RuntimeError("something fails while a student is seated")

    with (
        pytest.raises(RuntimeError, match="something fails"),
        running_hub(tmp_path / "hub", ["student01"]) as hub,
    ):
        asyncio.run(interrupted(Student(hub, "student01")))
    assert list(processes_of(hub.run)) == []
