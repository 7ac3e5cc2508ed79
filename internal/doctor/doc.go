// Package doctor finds out which credential each client on this machine goes to a GitLab registry with, why it is
// refused, and what mends that.
//
// It works in steps, of which only the first and the third touch anything: Look gathers the files, variables and
// services that matter into a Machine; Subjects says which registries it is about; a Judge says how it stands with each
// credential, by itself or with GitLab's word; Diagnose holds all of it together and makes a Report: a row for each
// client and user, and a finding for each thing that is wrong, with the command that mends it.
//
// What is read here may belong to anybody. Root looks into other users' homes through package homes, which follows no
// link, and runs nothing that they name.
package doctor
