"""decision logs

Revision ID: 073_decision_logs
Revises: 066_journey_automation
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '073_decision_logs'
down_revision = '066_journey_automation'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('decision_logs', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('decision_logs')
