"""executions

Revision ID: 0006_executions
Revises: 0005_clients_devices
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0006_executions'
down_revision = '0005_clients_devices'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('executions', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('executions')
