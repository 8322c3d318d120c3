//! Tags that say nothing, and tags that name a speaker.

/// Tags of KAG3 and TyranoScript that neither show text nor say who speaks.
pub(super) const SILENT: &str = "\
    l r gly egly wvl er ct current delay nowait endnowait resetdelay style resetstyle font deffont resetfont defstyle indent \
    endindent locate position position_filter history glyph hch graph ruby mark endmark line autowc clickse \
    fuki_start fuki_stop fuki_chara message_config text_reveal speak_on speak_off vchat_in mtext ptext nolog \
    endnolog pushlog popopo configdelay nameplate kana image freeimage layopt laycount backlay copylay animstart \
    animstop wa trans wt stoptrans move wm stopmove quake wq stopquake pimage bg bg2 bgmovie stop_bgmovie \
    wait_bgmovie free free_layermode layermode layermode_movie filter free_filter mask mask_off vibrate \
    chara_config chara_face chara_hide chara_hide_all chara_delete chara_move chara_layer chara_layer_mod \
    chara_part chara_part_reset chara_new anim stopanim kanim stop_kanim keyframe endkeyframe frame xanim stop_xanim \
    cg_image_button camera reset_camera wait_camera bgcamera stop_bgcamera body quake2 svg three_d wse particle wb graphicframe \
    imageeffect playbgm stopbgm fadeinbgm fadeoutbgm xchgbgm pausebgm resumebgm bgmopt wl clearbgmlabel \
    setbgmlabel setbgmstop cancelbgmlabel playse stopse fadeinse fadeoutse seopt ws changevol bgmstopper video \
    playvideo openvideo preparevideo stopvideo videolayer wv wp movie wf pausevideo resumevideo rewindvideo \
    clearvideolayer videoevent videosegloop cancelvideoevent cancelvideosegloop voconfig vostart vostop bgvoice \
    wbgv loadcell loadvideolayer fadebgm fadese s waitclick wc wait cancelskip button clickable click cclick \
    ctimeout cwheel timeout wheel checkbox edit commit unlocklink locklink mappfont mapaction mapimage mapdisable \
    clearsysvar clearvar copybookmark erasebookmark goback gotostart load save store tempload tempsave record \
    endrecord disablestore startanchor rclick showmenu showload showsave showlog showmenubutton hidemenubutton \
    hidemessage autosave autoload autostart autostop auto_config autoconfig skipstart skipstop sleepgame awakegame \
    breakgame glink_config dialog dialog_config cursor cursormode screen_full title close web start_keyconfig \
    stop_keyconfig clearfix clearstack fix loadcss loadjs plugin sysview savesnap unload preload wait_preload \
    unload_preload screenshot config_record_label nextpage set_resizecall closeconfirm_on closeconfirm_off \
    check_web_patch apply_web_patch qsave qload bgmlabel getbgmlabel mode_effect lang_set base64 glyph_skip \
    glyph_auto skip config pagination live add_theme_button remove_theme_button eval emb trace input macro \
    endmacro erasemacro iscript endscript html endhtml jump call return if elsif else endif ignore endignore \
    loadplugin mp tf f sf link endlink label wmf clearlink clickskip forelay locksnapshot unlocksnapshot dynamic \
    hact endhact resetwait waittrig xtrans hr wait_cancel checkpoint clear_checkpoint rollback wbgm pausese \
    resumese freelayer vibrate_stop fps_control_start fps_control_stop dialog_config_ok dialog_config_ng \
    dialog_config_filter save_img loading_log apply_local_patch qr_config qr_define vchat_config vchat_chara \
    obj_model_new obj_model_mod";

/// Tags whose attribute is the name of who speaks next.
pub(super) const NAMING: &[&str] = &[
    "nm",
    "set_title",
    "speaker",
    "talk",
    "cn",
    "name",
    "名前",
    "chara_ptext",
    "talk_name",
    "charaname",
];

/// Attributes of those tags that hold the name, best first.
pub(super) const NAME_ATTRIBUTES: &[&str] = &["t", "name", "text", "n", "chara", "who", "id"];
