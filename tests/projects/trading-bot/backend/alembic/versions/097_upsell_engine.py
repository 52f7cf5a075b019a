"""upsell engine

Revision ID: 097_upsell_engine
Revises: 094_social_verification
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '097_upsell_engine'
down_revision = '094_social_verification'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('upsell_engine', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('upsell_engine')
