"""berths

Revision ID: 10_berths
Revises: 
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '10_berths'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
	op.create_table('berths', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
	op.drop_table('berths')
