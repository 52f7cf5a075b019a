"""add price alerts

Revision ID: 011
Revises: 010
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '011'
down_revision = '010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('add_price_alerts', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('add_price_alerts')
