; What the installer does beside copying: `hanashi` on the PATH of the person who installs, and "Open with" for cards that are pictures.
; The PATH is changed by a script: a string of NSIS ends after 1024 letters, and many a PATH is longer.

!macro NSIS_HOOK_POSTINSTALL
  nsExec::ExecToLog 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\path.ps1" add "$INSTDIR"'
  Pop $0
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
  ; .png stays what it is opened with; Hanashi is one of the choices.
  WriteRegStr HKCU "Software\Classes\Applications\hanashi-desktop.exe\SupportedTypes" ".png" ""
  WriteRegStr HKCU "Software\Classes\Applications\hanashi-desktop.exe\SupportedTypes" ".charx" ""
  WriteRegStr HKCU "Software\Classes\Applications\hanashi-desktop.exe\shell\open\command" "" '"$INSTDIR\hanashi-desktop.exe" "%1"'
!macroend

!macro NSIS_HOOK_PREUNINSTALL
  nsExec::ExecToLog 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\path.ps1" remove "$INSTDIR"'
  Pop $0
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
  DeleteRegKey HKCU "Software\Classes\Applications\hanashi-desktop.exe"
!macroend
