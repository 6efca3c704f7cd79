"""A contribution's priority belongs to its goal: a foreign key of both columns, which Django cannot state."""

from django.db import migrations

ADD = """
ALTER TABLE actionplans_contribution ADD CONSTRAINT actionplans_contribution_priority_of_goal
    FOREIGN KEY (priority_id, goal_id) REFERENCES strategy_priority (id, goal_id) DEFERRABLE INITIALLY DEFERRED
"""
REMOVE = "ALTER TABLE actionplans_contribution DROP CONSTRAINT actionplans_contribution_priority_of_goal"


class Migration(migrations.Migration):
    dependencies = [("actionplans", "0001_initial"), ("strategy", "0001_initial")]

    operations = [migrations.RunSQL(ADD, REMOVE)]
