"""What the portal tells people: notices (情報提供), reminders, and one owed message for each person."""
