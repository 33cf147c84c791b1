"""MIN-01, MIN-02, MIN-03: those who did not ask, did not ask again, or asked too late."""

from ingest.simulate.stage import Stage


def play(stage: Stage, copies: int) -> None:
    """Play the cases of the three screening rules."""
    for n in range(4 * copies):
        unit = stage.unit()
        stage.set_post(stage.staff(unit), never_screened=True)
        stage.expect(f"01-never-{n}", "MIN-01", stage.key_of(unit), carriers=stage.staff(unit))
