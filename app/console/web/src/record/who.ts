/** What is said of the caller and of whom it is about: the field, what the page calls it, the list of its codes. */
export const WHO = [
  ["caller_role", "callerRole", "caller_roles"],
  ["subject_role", "subjectRole", "subject_roles"],
  ["age_band", "ageBand", "age_bands"],
  ["gender", "gender", "genders"],
  ["grade_band", "gradeBand", "grade_bands"],
  ["region", "region", "regions"],
] as const;
