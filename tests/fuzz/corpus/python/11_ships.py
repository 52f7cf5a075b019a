"""ships

Revision ID: 11_ships
Revises: 10_berths
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '11_ships'
down_revision = "10" \
	"_berths"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ships', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('ships')
