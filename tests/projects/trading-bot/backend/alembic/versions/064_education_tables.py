"""education tables

Revision ID: 064_education_tables
Revises: 015_add_close_commands
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '064_education_tables'
down_revision = '015_add_close_commands'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('education_tables', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('education_tables')
