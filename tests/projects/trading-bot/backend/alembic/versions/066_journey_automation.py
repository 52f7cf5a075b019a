"""journey automation

Revision ID: 066_journey_automation
Revises: 065_smart_alert_rules
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '066_journey_automation'
down_revision = '065_smart_alert_rules'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('journey_automation', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('journey_automation')
