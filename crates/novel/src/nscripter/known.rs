//! Commands of NScripter and ONScripter.

/// Commands that show no message, without the leading letter variants (`lsp`, `lsph` …), which are matched by beginning.
pub(super) const COMMANDS: &str = "\
    abssetcursor add allsphide allspresume amsp arc atoi automode autoclick avi bar bg bgalias bgcopy bgm \
    bgmfadein bgmfadeout bgmonce bgmstop bgmvol blt br break btn btndef btndown btntime btnwait caption cell \
    cellcheck checkpage chkcdfile chvol cl click clickpos clickskippage clickstr clickvoice cmp cos csel cselbtn \
    cselgoto csp cursor date debuglog dec defaultfont defaultspeed definereset defmp3vol defsevol defsub \
    defvoicevol delay deletescreenshot dim disabledeferred div drawbg drawclear drawfill drawsp drawtext draw \
    dsound dv dwave effect effectblank effectcut end erasetextwindow errorsave exbtn exec_dll existspbtn fileexist \
    filelog fileremove fontsize for game getbgmvol getbtntimer getcselnum getcselstr getcursor getcursorpos \
    getenter getfunction getlog getmouse getmp3vol getpage getparam getret getscreenshot getsevol getskipoff \
    getspmode getspsize gettab gettag gettext gettimer getversion getvoicevol getzxc globalon gosub goto \
    humanorder humanpos humanz if inc indent input insertmenu intlimit ispage isdown isfull isskip itoa jumpb \
    jumpf kidokumode kidokuskip killmenu kinsoku labellog layermessage ld len linepage lmessage lmenu loadgame \
    loadscript locate log logsp lookback lookbackbutton lookbackcolor lookbackflush lookbackvoice lsp lr_trap \
    maxkaisoupage menu mesbox mid minimize mod mode_ext mode_saya mode_wave monocro mouse mov mp3 mpegplay movie \
    msp mul nega next nextcsel notif nsa ns2 ns3 nsadir numalias ofscpy palette play playonce playstop \
    pretextgosub print prnum quake quakex quakey repaint reset resettimer resetmenu return rgosub \
    rlookback rmenu rmode rnd roff rubyoff rubyon sar saveon saveoff savefileexist savegame savename savenumber \
    savepoint savescreenshot savedir savetime scenemenu screenshot se select selectbtnwait selectcolor selectvoice \
    selgosub selnum setcursor setlayer setwindow setwindow2 sevol shadedistance sin skip skipoff soundpressplgin \
    sp_rgb spbtn spclclk split splitstring spreload spstr spwait stop stralias strsp sub systemcall tab tal tan \
    tateyoko texec textclear textcolor textgosub texthide textoff texton textshow textspeed textspeeddefault time \
    transbtn transmode trap underline useescspc usewheel usewindow usewindow3 versionstr voicevol vsp wait \
    waittimer wave waveloop wavestop windowback windoweffect windowerase zenkakko xscapestr dwaveload dwaveloop \
    dwaveplay dwaveplayloop dwavestop loopbgm loopbgmstop stdout windowchip addnsadir english_mode haruka gameid \
    pagetag nogetpage r_trap rsubmenu spevent dllefile setkinsoku addkinsoku langen langjp showlangen showlangjp \
    h_mapfont d w checkenglish flushout loadgosub textbtnwait";
