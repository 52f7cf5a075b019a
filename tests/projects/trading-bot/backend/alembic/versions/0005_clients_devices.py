"""clients devices

Revision ID: 0005_clients_devices
Revises: 0004_approvals
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0005_clients_devices'
down_revision = '0004_approvals'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('clients_devices', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('clients_devices')
