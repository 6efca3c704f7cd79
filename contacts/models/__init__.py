from contacts.models.staff_members import StaffMember
from contacts.models.substitutions import Substitution

__all__ = ["StaffMember", "Substitution"]
