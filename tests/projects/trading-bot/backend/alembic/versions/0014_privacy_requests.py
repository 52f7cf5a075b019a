"""privacy requests

Revision ID: 0014_privacy_requests
Revises: 0013_journeys
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0014_privacy_requests'
down_revision = '0013_journeys'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('privacy_requests', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('privacy_requests')
