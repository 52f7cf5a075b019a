"""social verification

Revision ID: 094_social_verification
Revises: 092_anomaly_events
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '094_social_verification'
down_revision = '092_anomaly_events'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('social_verification', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('social_verification')
