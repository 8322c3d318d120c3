# Adds a folder to the PATH of this person, or removes it: `path.ps1 add|remove FOLDER`. What others have put there stays as it is written,
# names of variables included, which is why the registry is asked and not [Environment].
param([Parameter(Mandatory)][ValidateSet('add', 'remove')][string]$What, [Parameter(Mandatory)][string]$Folder)
$ErrorActionPreference = 'Stop'
$key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
try {
  $before = [string]$key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
  $others = @($before -split ';' | Where-Object { $_ -ne '' -and $_.TrimEnd('\') -ne $Folder.TrimEnd('\') })
  $after = if ($What -eq 'add') { ($others + $Folder) -join ';' } else { $others -join ';' }
  if ($after -ne $before) { $key.SetValue('Path', $after, [Microsoft.Win32.RegistryValueKind]::ExpandString) }
} finally {
  $key.Close()
}
