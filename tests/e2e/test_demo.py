"""The example content shows all that plans at work can show, so that nobody has to imagine it."""

import pytest

from tests.portal_process import Portal

SHOWN = {
    "milestones reached, to come and passed": """
        SELECT count(*) FILTER (WHERE reached_on IS NOT NULL) > 0 AND
               count(*) FILTER (WHERE reached_on IS NULL AND due_on > now()) > 0 FROM actionplans_milestone""",
    "reports for the public and for the staff": """
        SELECT count(DISTINCT is_public) = 2 FROM actionplans_statusupdate""",
    "activities in every status": "SELECT count(DISTINCT delivery_status) = 6 FROM actionplans_activity",
    "late activities": """
        SELECT count(*) > 0 FROM actionplans_activity
        WHERE ends_on < current_date AND delivery_status IN ('planned', 'ongoing')""",
    "activities that go on": "SELECT count(*) > 0 FROM actionplans_activity WHERE ends_on IS NULL",
    "amounts": "SELECT count(*) > 0 FROM actionplans_activity WHERE planned_amount > 0",
    "what funders pay": "SELECT count(*) > 0 FROM actionplans_involvement WHERE amount > 0",
    "eight indicators": "SELECT count(*) = 8 FROM indicators_indicator",
    "ten years of each": """
        SELECT bool_and(years = 10) FROM (SELECT count(DISTINCT year) AS years FROM indicators_indicatorvalue
        WHERE replaced_at IS NULL GROUP BY indicator_id) AS of_each""",
    "women beside men": "SELECT count(DISTINCT gender) = 3 FROM indicators_indicatorvalue",
    "two follow-ups": "SELECT count(*) = 2 FROM followup_followup WHERE publication = 'published'",
    "a draft of the next strategy": "SELECT count(*) = 1 FROM strategy_strategy WHERE publication = 'draft'",
    "a crosswalk of all four kinds": "SELECT count(DISTINCT kind) = 4 FROM strategy_goalcrosswalk",
    "calls that are open, to come and closed": """
        SELECT count(*) FILTER (WHERE opens_on <= current_date AND closes_on > current_date) > 0 AND
               count(*) FILTER (WHERE opens_on > current_date) > 0 AND
               count(*) FILTER (WHERE closes_on < current_date) > 0 FROM funding_call""",
}


@pytest.mark.parametrize("what", SHOWN)
def test_example_shows(portal: Portal, what: str) -> None:
    assert portal.sql(SHOWN[what]) == [(True,)]
