"""anomaly events

Revision ID: 092_anomaly_events
Revises: 091_feature_flags
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '092_anomaly_events'
down_revision = '091_feature_flags'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('anomaly_events', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('anomaly_events')
