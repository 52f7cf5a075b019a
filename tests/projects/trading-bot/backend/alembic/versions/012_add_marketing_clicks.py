"""add marketing clicks

Revision ID: 012_add_marketing_clicks
Revises: 011_add_distribution
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '012_add_marketing_clicks'
down_revision = '011_add_distribution'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_marketing_clicks', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_marketing_clicks')
